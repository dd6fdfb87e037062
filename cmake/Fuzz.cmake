# tf_fuzz(name USES rooms): tests/fuzz/fuzz_<name>.c with its seeds in tests/fuzz/corpus/<name>.
# In the fuzz preset a libFuzzer program, which tests/fuzz/run drives; otherwise a test that replays
# the seeds. WHOLE: seeds are made by make_seeds, and replayed as they are, without beginnings and
# damaged copies.
function(tf_fuzz name)
	cmake_parse_arguments(F "WHOLE" "" "USES" ${ARGN})
	set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
	add_executable(fuzz_${name} fuzz_${name}.c)
	target_link_libraries(fuzz_${name} PRIVATE ${F_USES} tf_flags)
	if(F_WHOLE)
		add_dependencies(fuzz_${name} fuzz_seeds)
	endif()
	if(TREFOIL_FUZZ)
		target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
		return()
	endif()
	target_sources(fuzz_${name} PRIVATE replay.c)
	if(F_WHOLE)
		set(seeds ${CMAKE_CURRENT_BINARY_DIR}/seeds/${name} --whole)
	endif()
	tf_add_test(fuzz_${name} fuzz_${name} ${seeds})
endfunction()
