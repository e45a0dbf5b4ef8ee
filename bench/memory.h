// What the process holds now.
#pragma once

namespace bulkhead::bench {

struct Memory {
  double heap = 0;      // bytes in use
  double resident = 0;  // bytes
};

// After what is free was given back to the system.
Memory memory_now();

}  // namespace bulkhead::bench
