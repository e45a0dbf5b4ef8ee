# Language, warnings and the floating-point contract: every compiler must give the same bytes.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Kind of build" FORCE)
endif()

find_program(BULKHEAD_CCACHE ccache)
if(BULKHEAD_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${BULKHEAD_CCACHE}" CACHE STRING "Compiler cache" FORCE)
endif()

# A faster linker is used when there is one; nothing depends on which it is.
find_program(BULKHEAD_MOLD mold)
if(BULKHEAD_MOLD AND NOT BULKHEAD_SANITIZERS AND NOT CMAKE_CROSSCOMPILING
   AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror
  # Contraction would let each compiler choose where to round once instead of twice.
  -ffp-contract=off
  # sqrt, floor, ceil and trunc become one instruction; errno is not part of any result.
  -fno-math-errno)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Debian's headers of fmt and protobuf set off these two in optimised builds of g++ 12.
  add_compile_options(-Wno-maybe-uninitialized -Wno-psabi)
endif()
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  add_compile_options(-march=x86-64-v3)
endif()

if(BULKHEAD_SANITIZERS)
  add_compile_options(
    -fsanitize=${BULKHEAD_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BULKHEAD_SANITIZERS})
endif()
