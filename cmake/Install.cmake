# What make install lays down: libtrefoil (floors 0-4, static and shared) with its headers and
# pkg-config file, the programs, the manual pages.
include(GNUInstallDirs)

set(objects)
foreach(room base num curve paillier zk wire proto)
	if(TARGET tf_${room})
		list(APPEND objects $<TARGET_OBJECTS:tf_${room}>)
		install(DIRECTORY src/${room}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/trefoil/${room}
			FILES_MATCHING PATTERN "*.h" PATTERN "*_test.h" EXCLUDE)
		install(FILES src/base/checks.def DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/trefoil/base)
	endif()
endforeach()
install(DIRECTORY gen/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/trefoil
	FILES_MATCHING PATTERN "*.h" PATTERN "*_test.h" EXCLUDE PATTERN ts EXCLUDE)

foreach(kind STATIC SHARED)
	string(TOLOWER ${kind} suffix)
	add_library(trefoil_${suffix} ${kind} ${objects})
	set_target_properties(trefoil_${suffix} PROPERTIES OUTPUT_NAME trefoil LINKER_LANGUAGE C
		VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
	target_link_libraries(trefoil_${suffix} PRIVATE tf_gmp PkgConfig::SODIUM PkgConfig::SECP)
	install(TARGETS trefoil_${suffix} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
		ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
target_link_options(trefoil_shared PRIVATE -Wl,-z,relro,-z,now -Wl,--no-undefined)

configure_file(cmake/trefoil.pc.in trefoil.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/trefoil.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

foreach(program trefoil trefoil-cosigner trefoil-coordinator trefoil-ra)
	if(TARGET ${program})
		install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
	endif()
endforeach()
foreach(page trefoil.1 trefoil-cosigner.8 trefoil-coordinator.8 trefoil-ra.8)
	if(EXISTS ${CMAKE_SOURCE_DIR}/docs/man/${page})
		string(REGEX REPLACE ".*\\." "" section ${page})
		install(FILES docs/man/${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
	endif()
endforeach()
