# What make install lays down: libtrefoil (floors 0-4, static and shared) with its headers and
# pkg-config file, the programs, the manual pages.
include(GNUInstallDirs)

# libtrefoil's public face is include/trefoil, and nothing else: the shared library exports what
# src/lib/trefoil.map lists (tools/check-api compares), and the static one is a single object in which
# everything else is local.
set(abi 1)
set(rooms tf_base tf_num tf_curve tf_paillier tf_zk tf_wire tf_proto tf_lib)
set(objects)
foreach(room ${rooms})
	list(APPEND objects $<TARGET_OBJECTS:${room}>)
endforeach()
set(map ${CMAKE_SOURCE_DIR}/src/lib/trefoil.map)
file(READ ${map} text)
string(REGEX MATCHALL "tf_[a-z0-9_]+" names "${text}")
list(JOIN names "\n" names)
file(WRITE ${CMAKE_BINARY_DIR}/trefoil.names "${names}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${map})

add_library(trefoil_shared SHARED ${objects})
set_target_properties(trefoil_shared PROPERTIES VERSION ${abi}.${PROJECT_VERSION} SOVERSION ${abi}
	LINK_DEPENDS ${map})
target_link_options(trefoil_shared PRIVATE -Wl,-z,relro,-z,now -Wl,--no-undefined
	-Wl,--version-script=${map})

set(whole ${CMAKE_BINARY_DIR}/trefoil.o)
add_custom_command(OUTPUT ${whole} DEPENDS ${rooms} ${CMAKE_BINARY_DIR}/trefoil.names
	COMMAND_EXPAND_LISTS
	COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${whole} ${objects}
	COMMAND ${CMAKE_OBJCOPY} --keep-global-symbols=${CMAKE_BINARY_DIR}/trefoil.names ${whole})
add_library(trefoil_static STATIC ${whole})

foreach(kind static shared)
	set_target_properties(trefoil_${kind} PROPERTIES OUTPUT_NAME trefoil LINKER_LANGUAGE C)
	target_link_libraries(trefoil_${kind} PRIVATE tf_gmp PkgConfig::SODIUM PkgConfig::SECP)
	install(TARGETS trefoil_${kind} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
		ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
install(DIRECTORY include/trefoil DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
	FILES_MATCHING PATTERN "*.h")
configure_file(cmake/trefoil.pc.in trefoil.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/trefoil.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

foreach(program trefoil trefoil-cosigner trefoil-coordinator trefoil-ra)
	if(TARGET ${program})
		install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
	endif()
endforeach()
foreach(page trefoil.1 libtrefoil.3 trefoil-cosigner.8 trefoil-coordinator.8 trefoil-ra.8)
	get_filename_component(name ${page} NAME_WE)
	if(TARGET ${name} OR name STREQUAL "libtrefoil")
		string(REGEX REPLACE ".*\\." "" section ${page})
		install(FILES docs/man/${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
	endif()
endforeach()
