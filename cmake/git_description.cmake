# Run at build time: writes the repository's description as a C string, only when it has changed.
# cmake -DSOURCE=… -DOUT=… -P git_description.cmake
set(description "unknown")
find_program(GIT git)
if(GIT AND EXISTS "${SOURCE}/.git")
  execute_process(
    COMMAND ${GIT} -C "${SOURCE}" describe --always --dirty --tags
    OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed AND found)
    set(description "${found}")
  endif()
endif()
file(CONFIGURE OUTPUT "${OUT}" CONTENT "\"${description}\"\n" @ONLY)
