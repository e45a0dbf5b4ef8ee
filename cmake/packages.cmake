# Distribution libraries that rooms link by name: OpenSSL::Crypto, Threads::Threads, fmt::fmt,
# zstd::zstd, simdjson::simdjson, RocksDB::rocksdb-shared, CLP::CLP. CLI11 is headers only and needs
# no name.
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Threads REQUIRED)
if(BULKHEAD_CORE_ONLY)
  return()
endif()
find_package(fmt REQUIRED)
find_package(simdjson REQUIRED)
find_package(RocksDB REQUIRED)  # its own search for zstd gives zstd::zstd
# Debian's CLP has no CMake package.
find_library(CLP_LIBRARY Clp REQUIRED)
find_library(COIN_UTILS_LIBRARY CoinUtils REQUIRED)
find_path(CLP_INCLUDE_DIRECTORY coin/ClpSimplex.hpp REQUIRED)
add_library(CLP::CLP INTERFACE IMPORTED)
target_include_directories(CLP::CLP SYSTEM INTERFACE "${CLP_INCLUDE_DIRECTORY}/coin")
target_link_libraries(CLP::CLP INTERFACE "${CLP_LIBRARY}" "${COIN_UTILS_LIBRARY}")
# Calibration: NLopt searches, Eigen and Boost.Math are headers only.
find_package(NLopt REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(Boost 1.74 REQUIRED)
