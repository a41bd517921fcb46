# uproar_elf_fixtures(TARGET): small ELF files made from programs/target.c with the compiler at hand, one for each way that
# addresses and offsets relate. Compiles for TARGET: UPROAR_FIXTURES, the folder they are in. A file that this compiler
# cannot make (32-bit without its start files) is not there; the tests that need it skip.
function(uproar_elf_fixtures target)
  set(folder ${CMAKE_BINARY_DIR}/fixtures/elf)
  set(source ${PROJECT_SOURCE_DIR}/tests/support/programs/target.c)
  set(second ${PROJECT_SOURCE_DIR}/tests/support/programs/second.c)
  target_compile_definitions(${target} PRIVATE UPROAR_FIXTURES="${folder}")
  if(NOT TARGET elf_fixtures)
    file(MAKE_DIRECTORY ${folder})
    set(compile ${CMAKE_C_COMPILER} -g0 -O1 -fno-inline -fcf-protection=none -Wl,--build-id)
    # Linked to start at 0x70000: every address differs from its offset, and .data by another distance than .text.
    set(apart -Wl,-z,separate-code -Wl,-z,max-page-size=0x10000 -Wl,-z,common-page-size=0x1000
        -Wl,-Ttext-segment=0x70000)
    set(made)
    macro(fixture name)
      add_custom_command(OUTPUT ${folder}/${name} COMMAND ${ARGN} DEPENDS ${source} ${second} VERBATIM)
      list(APPEND made ${folder}/${name})
    endmacro()
    fixture(pie ${compile} -fPIE -pie ${source} ${second} -o ${folder}/pie)
    fixture(nonpie ${compile} -fno-pie -no-pie ${source} ${second} -o ${folder}/nonpie)
    fixture(static ${compile} -static ${source} ${second} -o ${folder}/static)
    fixture(libtarget.so.1 ${compile} -fPIC -shared -Wl,-soname,libtarget.so.1 ${source} ${second} -o ${folder}/libtarget.so.1)
    fixture(libapart.so ${compile} ${apart} -fPIC -shared ${source} ${second} -o ${folder}/libapart.so)
    fixture(stripped ${compile} -fPIE -pie -rdynamic -s ${source} ${second} -o ${folder}/stripped)
    fixture(object.o ${CMAKE_C_COMPILER} -c -fPIC ${source} -o ${folder}/object.o)
    file(WRITE ${CMAKE_BINARY_DIR}/CMakeFiles/try32.c "void _start(void) {}\n")
    execute_process(COMMAND ${CMAKE_C_COMPILER} -m32 -nostdlib -static ${CMAKE_BINARY_DIR}/CMakeFiles/try32.c
                            -o ${CMAKE_BINARY_DIR}/CMakeFiles/try32
                    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed EQUAL 0)
      fixture(elf32 ${compile} -m32 -fno-pie -static -nostdlib -DFREESTANDING ${source} -o ${folder}/elf32)
    else()
      file(REMOVE ${folder}/elf32)
    endif()
    add_custom_target(elf_fixtures DEPENDS ${made})
  endif()
  add_dependencies(${target} elf_fixtures)
endfunction()
