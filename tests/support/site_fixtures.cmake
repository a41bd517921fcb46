# uproar_site_fixtures(TARGET): programs whose code is laid out in the ways that a probe's place depends on. Compiles for
# TARGET: UPROAR_SITE_FIXTURES, the folder they are in.
function(uproar_site_fixtures target)
  set(folder ${CMAKE_BINARY_DIR}/fixtures/sites)
  set(sources ${PROJECT_SOURCE_DIR}/tests/support/programs)
  target_compile_definitions(${target} PRIVATE UPROAR_SITE_FIXTURES="${folder}")
  if(TARGET site_fixtures)
    add_dependencies(${target} site_fixtures)
    return()
  endif()
  file(MAKE_DIRECTORY ${folder})
  set(made)
  macro(fixture name source compiler)
    add_custom_command(OUTPUT ${folder}/${name} COMMAND ${compiler} ${ARGN} ${sources}/${source} -o ${folder}/${name}
                       DEPENDS ${sources}/${source} VERBATIM)
    list(APPEND made ${folder}/${name})
  endmacro()
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
    fixture(sites sites.S ${CMAKE_C_COMPILER} -nostartfiles -no-pie -Wl,-e,main)
    fixture(sites_without_symbols sites.S ${CMAKE_C_COMPILER} -nostartfiles -no-pie -Wl,-e,main -s)
    fixture(templates_cet templates.cpp ${CMAKE_CXX_COMPILER} -std=c++17 -O2 -fcf-protection=full)
  endif()
  fixture(throws throws.cpp ${CMAKE_CXX_COMPILER} -std=c++17 -O1 -fno-inline -fno-optimize-sibling-calls)
  fixture(templates_pie templates.cpp ${CMAKE_CXX_COMPILER} -std=c++17 -O2 -fPIE -pie)
  fixture(templates_O0 templates.cpp ${CMAKE_CXX_COMPILER} -std=c++17 -O0)
  fixture(kinds kinds.cpp ${CMAKE_CXX_COMPILER} -std=c++17 -O2 -gdwarf-5)
  add_custom_command(OUTPUT ${folder}/libelsewhere.so ${folder}/imports VERBATIM DEPENDS ${sources}/imports.c
                     COMMAND ${CMAKE_C_COMPILER} -shared -fPIC -DLIBRARY ${sources}/imports.c -Wl,-soname,libelsewhere.so
                             -o ${folder}/libelsewhere.so
                     COMMAND ${CMAKE_C_COMPILER} ${sources}/imports.c ${folder}/libelsewhere.so -Wl,-rpath,$ORIGIN
                             -o ${folder}/imports)
  list(APPEND made ${folder}/imports)
  find_program(UPROAR_RUSTC rustc HINTS $ENV{HOME}/.cargo/bin)
  if(UPROAR_RUSTC)
    fixture(panics panics.rs ${UPROAR_RUSTC} -C opt-level=1)
    fixture(panics_O0 panics.rs ${UPROAR_RUSTC} -C opt-level=0)
    fixture(panics_abort panics.rs ${UPROAR_RUSTC} -C opt-level=1 -C panic=abort)
    fixture(panics_stripped panics.rs ${UPROAR_RUSTC} -C opt-level=1 -C strip=symbols)
  endif()
  find_program(GO_COMMAND go)
  if(GO_COMMAND)
    add_custom_command(OUTPUT ${folder}/returns_go
                       COMMAND ${CMAKE_COMMAND} -E env GOCACHE=${CMAKE_BINARY_DIR}/go-cache GO111MODULE=off CGO_ENABLED=0
                               ${GO_COMMAND} build -o ${folder}/returns_go ${sources}/returns.go
                       DEPENDS ${sources}/returns.go VERBATIM)
    list(APPEND made ${folder}/returns_go)
  endif()
  add_custom_target(site_fixtures DEPENDS ${made})
  add_dependencies(${target} site_fixtures)
endfunction()
