/* The files of tests/vectors/zk: proofs by the executable model, by ourselves, and attacks. */
#include <dirent.h>
#include <string.h>

#include "zk/fields_test.h"

static void verify_file(const char *name)
{
	tf_fault fault;
	zk_file f;
	zk_case *c;
	tf_err err;

	zk_file_open(&f, name);
	c = zk_file_case(&f);
	tf_fault_at(&fault, 1, 1);
	err = f.proof->verify(c, &c->p, &fault);
	if (err != (f.expect == TF_CK_NONE ? TF_OK : TF_E_PROOF) || fault.check != f.expect)
		tf_test_fail(__FILE__, __LINE__, "%s: %s by %s, expected %s", name,
		             tf_err_name(err), tf_check_name(fault.check),
		             tf_check_name(f.expect));
	zk_file_close(&f);
}

/* All files whose name begins like that; how many. */
static unsigned verify_all(const char *prefix)
{
	DIR *dir = opendir(tf_test_path("tests/vectors/zk"));
	const struct dirent *entry;
	unsigned n = 0;

	CHECK(dir != NULL);
	while ((entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		if (strcmp(entry->d_name, "model-p128-aff-gstar.txt") == 0 && !zk_all())
			continue;
		verify_file(entry->d_name);
		n++;
	}
	closedir(dir);
	return n;
}

TEST(vectors_of_the_model_small)
{
	CHECK(verify_all("model-small-") == 9);
}

/* The longest takes ten seconds: make check-all has it. */
TEST_SLOW(vectors_of_the_model_p128, 300)
{
	CHECK(verify_all("model-p128-") == (zk_all() ? 9 : 8));
}

TEST(vectors_of_our_own_small)
{
	CHECK(verify_all("c-small-") == 9);
}

TEST_SLOW(vectors_of_our_own_p128, 300)
{
	CHECK(verify_all("c-p128-") == 7);
}

TEST(vectors_attacks)
{
	CHECK(verify_all("attack-") == 22);
}

/* Attack A1 against a verifier that does not ask whether w is a unit: the Jacobi symbol sees it. */
TEST(vectors_a1_falls_twice)
{
	tf_fault fault;
	zk_file f;
	zk_case *c;

	zk_file_open(&f, "attack-a1-mod.txt");
	c = zk_file_case(&f);
	tf_check_switch_off(TF_CK_MOD_W_UNIT);
	CHECK_ERR(f.proof->verify(c, &c->p, &fault), TF_E_PROOF);
	CHECK(fault.check == TF_CK_MOD_W_JACOBI);
	zk_file_close(&f);
}
