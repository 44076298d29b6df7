# Toolchain for the 32-bit dom0 of XenServer 6.2: Debian's g++ with g++-multilib. The i386 archives
# that multilib lacks are put below the build tree by packaging/i386-libraries.
set(CMAKE_CXX_FLAGS_INIT "-m32 -march=i686 -mtune=generic -D_FILE_OFFSET_BITS=64")
set(CMAKE_EXE_LINKER_FLAGS_INIT
  "-L\"${CMAKE_BINARY_DIR}/i386/usr/lib/i386-linux-gnu\"")
