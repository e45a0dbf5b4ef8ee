# What a room is: one library, one test program, and the rooms it may see.

# bulkhead_room(<name> [DEPS <rooms>...] [LINK <libraries>...] [TEST_LINK <libraries>...])
#   library bulkhead_<name> from every *.cc beside the caller but *_test.cc (INTERFACE when there
#   is none),
#   program <name>_test from every *_test.cc, run by ctest as one test.
function(bulkhead_room name)
  cmake_parse_arguments(ARG "" "" "DEPS;LINK;TEST_LINK" ${ARGN})
  set(target bulkhead_${name})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  set(scope PUBLIC)
  if(sources)
    add_library(${target} STATIC ${sources})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} "${PROJECT_SOURCE_DIR}/src")
  list(FIND BULKHEAD_ROOMS ${name} own_place)
  foreach(dependency IN LISTS ARG_DEPS)
    list(FIND BULKHEAD_ROOMS ${dependency} place)
    if(place EQUAL -1 OR NOT place LESS own_place)
      message(FATAL_ERROR "room ${name} depends on ${dependency}, which does not stand above it")
    endif()
  endforeach()
  list(TRANSFORM ARG_DEPS PREPEND bulkhead_)
  target_link_libraries(${target} ${scope} ${ARG_DEPS} ${ARG_LINK})

  if(BULKHEAD_BUILD_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${target} ${ARG_TEST_LINK} GTest::gtest_main)
    add_test(NAME ${name}_test COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(${name}_test PROPERTIES WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  endif()
endfunction()

# bulkhead_kernels(<files>...): sources that Highway compiles once for each instruction set. Without
# the last two options its headers take the baseline for less than AVX2. Vectors of a length known
# at run time only (SVE) do not fit into arrays. Highway's own assertions would need its library.
function(bulkhead_kernels)
  set(options -O3 -DHWY_IS_DEBUG_BUILD=0
      "-DHWY_DISABLED_TARGETS=(HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128)")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    list(APPEND options -maes -mpclmul)
  endif()
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "${options}")
endfunction()

# bulkhead_executable([LINK <libraries>...]): the `bulkhead` program from main.cc beside the caller.
function(bulkhead_executable)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(bulkhead "${CMAKE_CURRENT_SOURCE_DIR}/main.cc")
  target_link_libraries(bulkhead PRIVATE bulkhead_cli ${ARG_LINK})
  set_target_properties(bulkhead PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
endfunction()

# bulkhead_fuzzer(<name> <file> [DEPS <rooms>...]): a libFuzzer program with the seeds of
# fuzz/corpus/<name>.
function(bulkhead_fuzzer name file)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  if(NOT BULKHEAD_BUILD_FUZZERS)
    return()
  endif()
  add_executable(${name} "${file}")
  list(TRANSFORM ARG_DEPS PREPEND bulkhead_)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()
