// What a durable write and a message cost this machine; wall clock, so a busy machine shows.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "ceilings.h"

namespace bulkhead::bench {
namespace {

constexpr std::size_t kMessage = 64;

// A connected pair over loopback; -1 where that fails.
struct Pair {
  int near = -1;
  int far = -1;
};

Pair connect_over_loopback() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  Pair pair;
  if (bind(listener, generic, size) == 0 && listen(listener, 1) == 0 &&
      getsockname(listener, generic, &size) == 0) {
    pair.near = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(pair.near, generic, size) == 0) pair.far = accept(listener, nullptr, nullptr);
  }
  close(listener);
  const int now = 1;
  for (const int end : {pair.near, pair.far}) {
    setsockopt(end, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
  }
  return pair;
}

// Spins until the whole message is there; false when the other end has closed.
bool receive(int end, char* message) {
  std::size_t got = 0;
  while (got < kMessage) {
    const ssize_t more = recv(end, message + got, kMessage - got, MSG_DONTWAIT);
    if (more == 0) return false;
    if (more > 0) got += static_cast<std::size_t>(more);
  }
  return true;
}

}  // namespace

Timing disk_sync(const std::string& directory) {
  constexpr std::size_t kBytes = 4096;
  constexpr int kPages = 256;
  const std::string name = directory + "/bench-sync";
  const int file = open(name.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0600);
  const std::vector<char> page(kBytes, 7);
  for (int i = 0; i < kPages; ++i) {
    if (pwrite(file, page.data(), kBytes, i * static_cast<off_t>(kBytes)) < 0) return {};
  }
  fsync(file);
  int next = 0;
  const Timing timing = measure(100, wall_seconds, [&] {
    const off_t at = static_cast<off_t>(next++ % kPages) * static_cast<off_t>(kBytes);
    if (pwrite(file, page.data(), kBytes, at) < 0) return 0.0;
    fdatasync(file);
    return 1.0;
  });
  close(file);
  unlink(name.c_str());
  return timing;
}

Timing loopback() {
  const Pair pair = connect_over_loopback();
  if (pair.far < 0) return {};
  std::thread echo([far = pair.far] {
    char message[kMessage];
    while (receive(far, message)) {
      if (send(far, message, kMessage, 0) < 0) return;
    }
  });
  char message[kMessage] = {};
  const Timing timing = measure(20, wall_seconds, [&] {
    for (int i = 0; i < 200; ++i) {
      if (send(pair.near, message, kMessage, 0) < 0 || !receive(pair.near, message)) return 1e-300;
    }
    return 200.0;
  });
  shutdown(pair.near, SHUT_RDWR);
  echo.join();
  close(pair.near);
  close(pair.far);
  return timing;
}

}  // namespace bulkhead::bench
