# Compiler flags and the two functions every floor uses: tf_module and tf_unit_tests.
find_package(PkgConfig REQUIRED)

add_library(tf_flags INTERFACE)
target_include_directories(tf_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include
	${CMAKE_SOURCE_DIR}/gen)
target_compile_definitions(tf_flags INTERFACE _GNU_SOURCE
	TF_VERSION_STRING="${PROJECT_VERSION}")
target_compile_options(tf_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -fno-common
	-fstack-protector-strong -fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
	target_compile_options(tf_flags INTERFACE -fcf-protection)
endif()
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
	target_compile_options(tf_flags INTERFACE -fzero-call-used-regs=used-gpr)
endif()

# Zeroed automatic variables, where the compiler does that without damage: gcc 12 also zeroes bytes
# that are not padding when a braced initialiser holds an array of structs of odd size.
set(zeros -ftrivial-auto-var-init=zero)
if(NOT CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_C_COMPILER_VERSION VERSION_LESS 16)
	list(APPEND zeros -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang)
endif()
include(CheckCSourceRuns)
list(JOIN zeros " " CMAKE_REQUIRED_FLAGS)
check_c_source_runs("#include <string.h>
	struct odd { char c[65]; };
	struct inner { struct odd list[16]; long k; };
	static struct inner in;
	int main(void) {
		struct { struct inner a; int x; } out = { in, 1 };
		return memcmp(out.a.list, in.list, sizeof(in.list)) + out.x - 1; }
	__attribute__((constructor)) static void fill(void) { memset(&in, 170, sizeof(in)); }"
	TREFOIL_ZEROED_VARIABLES)
unset(CMAKE_REQUIRED_FLAGS)
if(TREFOIL_ZEROED_VARIABLES)
	target_compile_options(tf_flags INTERFACE ${zeros})
endif()
target_link_options(tf_flags INTERFACE -Wl,-z,relro,-z,now)
if(NOT TREFOIL_SANITIZE AND NOT TREFOIL_CT STREQUAL "msan" AND CMAKE_BUILD_TYPE MATCHES "Rel")
	target_compile_options(tf_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
if(TREFOIL_TESTING)
	target_compile_definitions(tf_flags INTERFACE TF_TESTING=1)
endif()
if(TREFOIL_CT STREQUAL "valgrind")
	target_compile_definitions(tf_flags INTERFACE TF_CT_VALGRIND=1)
elseif(TREFOIL_CT STREQUAL "msan")
	target_compile_definitions(tf_flags INTERFACE TF_CT_MSAN=1)
	target_compile_options(tf_flags INTERFACE -fsanitize=memory -fno-omit-frame-pointer)
	target_link_options(tf_flags INTERFACE -fsanitize=memory)
endif()
if(TREFOIL_SANITIZE)
	target_compile_definitions(tf_flags INTERFACE TF_SANITIZED)
	target_compile_options(tf_flags INTERFACE -fsanitize=${TREFOIL_SANITIZE}
		-fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(tf_flags INTERFACE -fsanitize=${TREFOIL_SANITIZE})
endif()
if(TREFOIL_FUZZ)
	target_compile_options(tf_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(TREFOIL_COVERAGE)
	target_compile_options(tf_flags INTERFACE --coverage)
	target_link_options(tf_flags INTERFACE --coverage)
endif()

# tf_module(name ARITHMETIC SOURCES a.c b.c USES lower modules and libraries): one room of the house.
# ARITHMETIC: a fuzzer is not told of its comparisons, of which there are very many, and in which no
# byte of an input is found again.
function(tf_module name)
	cmake_parse_arguments(M "ARITHMETIC" "" "SOURCES;USES" ${ARGN})
	if(M_ARITHMETIC AND TREFOIL_FUZZ)
		set_property(SOURCE ${M_SOURCES} APPEND PROPERTY COMPILE_OPTIONS
			-fno-sanitize-coverage=trace-cmp)
	endif()
	add_library(tf_${name} STATIC ${M_SOURCES})
	target_link_libraries(tf_${name} PUBLIC ${M_USES} PRIVATE tf_flags)
	target_include_directories(tf_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/gen)
endfunction()

# tf_unit_tests(name SOURCES a_test.c USES more): the tests that lie beside the module's code, one
# program test_<name>, one process per test. Tests whose names begin with constant_time run once more
# in the presets ct and ct-msan, under the tool and with the label ct.
function(tf_unit_tests name)
	cmake_parse_arguments(T "" "" "SOURCES;USES" ${ARGN})
	if(NOT TREFOIL_TESTING)
		return()
	endif()
	add_executable(test_${name} ${T_SOURCES})
	target_link_libraries(test_${name} PRIVATE tf_${name} tf_harness ${T_USES} tf_flags)
	tf_add_test(${name} test_${name})
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${T_SOURCES})
	foreach(source ${T_SOURCES})
		file(STRINGS ${source} found REGEX "^TEST(_SLOW)?\\(constant_time" LIMIT_COUNT 1)
		if(found AND NOT TREFOIL_CT STREQUAL "none")
			tf_add_ct_test(${name})
			return()
		endif()
	endforeach()
endfunction()

function(tf_add_test name)
	add_test(NAME ${name} COMMAND ${ARGN})
	set_tests_properties(${name} PROPERTIES ENVIRONMENT
		"TREFOIL_SOURCE=${CMAKE_SOURCE_DIR};TREFOIL_VECTORS=$ENV{TREFOIL_VECTORS}")
endfunction()

function(tf_add_ct_test name)
	if(TREFOIL_CT STREQUAL "valgrind")
		tf_add_test(${name}-ct valgrind -q --error-exitcode=99 --track-origins=yes
			$<TARGET_FILE:test_${name}> constant_time)
	else()
		tf_add_test(${name}-ct test_${name} constant_time)
	endif()
	set_property(TEST ${name}-ct APPEND PROPERTY ENVIRONMENT TREFOIL_NO_ALARM=1)
	set_tests_properties(${name}-ct PROPERTIES LABELS ct TIMEOUT 1700)
endfunction()

pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SECP REQUIRED IMPORTED_TARGET libsecp256k1)
add_library(tf_gmp INTERFACE)
target_link_libraries(tf_gmp INTERFACE gmp)

if(TREFOIL_TESTING OR NOT TREFOIL_LIBRARY_ONLY)
	pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
endif()

# Floor 6 and above only; tools/check-floors reads the includes.
if(NOT TREFOIL_LIBRARY_ONLY)
	pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET libssl libcrypto)
	pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
	pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
	pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
	pkg_check_modules(CJOSE REQUIRED IMPORTED_TARGET cjose)
	pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
endif()
