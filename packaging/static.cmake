# Fully static, with Debian's own g++: the libraries are found by name, as archives. spdlog and fmt
# have none: header-only.
set(libraries boost_json pugixml md)
add_compile_definitions(SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
add_compile_options(-flto=auto -ffunction-sections -fdata-sections --param=ggc-min-heapsize=1000000
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
add_link_options(-static -s -Wl,--gc-sections,--build-id=none,-z,noseparate-code)

if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  add_library(fstat-shim OBJECT packaging/fstat_shim.cpp)
  target_compile_options(fstat-shim PRIVATE -fno-lto)  # --wrap is the linker's, LTO knows nothing of it
  list(APPEND libraries fstat-shim $<TARGET_OBJECTS:fstat-shim>)
  add_link_options(-Wl,--wrap=__fstatat64_time64)
endif()
