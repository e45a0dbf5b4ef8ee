# Distribution libraries that rooms link by name: OpenSSL::Crypto, Threads::Threads, fmt::fmt,
# zstd::zstd, simdjson::simdjson, RocksDB::rocksdb-shared. CLI11 is headers only and needs no name.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(RocksDB REQUIRED)  # its own search for zstd gives zstd::zstd
