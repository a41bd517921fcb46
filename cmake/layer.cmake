# uproar_layer(NAME SOURCES a.cpp b.cpp USES base event LIBRARIES PkgConfig::FMT)
#
# One static library per folder of src/. USES are the only folders whose headers it may include;
# scripts/check-layers reads the same lines and fails on any other #include.
function(uproar_layer name)
  cmake_parse_arguments(LAYER "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_library(uproar_${name} STATIC ${LAYER_SOURCES})
  target_include_directories(uproar_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_compile_options(uproar_${name} PRIVATE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wconversion -Wno-sign-conversion)
  foreach(used IN LISTS LAYER_USES)
    target_link_libraries(uproar_${name} PUBLIC $<TARGET_NAME_IF_EXISTS:uproar_${used}>)
  endforeach()
  target_link_libraries(uproar_${name} PUBLIC ${LAYER_LIBRARIES})
endfunction()

# uproar_unit_test(FOLDER FILE...): tests/unit/FOLDER/[ROOM/]FILE.cpp, one executable per folder.
function(uproar_unit_test folder)
  add_executable(unit_${folder} ${ARGN})
  target_link_libraries(unit_${folder} PRIVATE uproar_${folder} PkgConfig::GTEST)
  target_include_directories(unit_${folder} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  # GoogleTest's header costs more than most tests: parsed once for all folders.
  if(folder STREQUAL base)
    target_precompile_headers(unit_base PRIVATE <gtest/gtest.h> <string> <vector>)
  else()
    target_precompile_headers(unit_${folder} REUSE_FROM unit_base)
  endif()
  target_compile_options(unit_${folder} PRIVATE -Wall -Wextra)
  target_compile_definitions(unit_${folder} PRIVATE UPROAR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME unit_${folder} COMMAND unit_${folder})
  set_tests_properties(unit_${folder} PROPERTIES LABELS unit)
endfunction()
