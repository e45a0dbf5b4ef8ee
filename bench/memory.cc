#include "memory.h"

#include <malloc.h>
#include <unistd.h>

#include <fstream>

namespace bulkhead::bench {

Memory memory_now() {
  malloc_trim(0);
  const struct mallinfo2 info = mallinfo2();
  std::ifstream file("/proc/self/statm");
  double pages = 0, resident = 0;
  file >> pages >> resident;
  return {static_cast<double>(info.uordblks + info.hblkhd),
          resident * static_cast<double>(sysconf(_SC_PAGESIZE))};
}

}  // namespace bulkhead::bench
