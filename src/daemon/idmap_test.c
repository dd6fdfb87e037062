#include <string.h>

#include "daemon/idmap.h"
#include "harness/harness.h"

static const uint8_t *id_of(uint32_t n, uint32_t collide)
{
	static uint8_t id[32];

	memset(id, 0, sizeof(id));
	memcpy(id, &collide, sizeof(collide));
	memcpy(id + 20, &n, sizeof(n));
	return id;
}

static void fill(tf_idmap *m, uint32_t count, uint32_t different)
{
	for (uint32_t i = 0; i < count; i++) {
		CHECK(tf_idmap_find(m, id_of(i, i % different)) == m->n);
		CHECK_OK(tf_idmap_add(m, id_of(i, i % different), count));
		CHECK_ERR(tf_idmap_add(m, id_of(i, i % different), count), TF_E_DUPLICATE);
	}
	CHECK_ERR(tf_idmap_add(m, id_of(count, 0), count), TF_E_CAPACITY);
	for (uint32_t i = 0; i < count; i++)
		CHECK(tf_idmap_find(m, id_of(i, i % different)) == i);
	CHECK(m->n == count && tf_idmap_find(m, id_of(count, 0)) == count);
}

TEST(ids_have_the_numbers_in_which_they_came)
{
	tf_idmap m = { 0 };

	CHECK(tf_idmap_find(&m, id_of(0, 0)) == 0 && m.n == 0);
	fill(&m, 3000, 3000);
	tf_idmap_clear(&m);
	CHECK(m.n == 0 && tf_idmap_find(&m, id_of(1, 1)) == 0);
	fill(&m, 500, 3); /* nearly all of them in one place */
	tf_idmap_wipe(&m);
	tf_idmap_wipe(&m);
	tf_idmap_clear(&m);
	CHECK_ERR(tf_idmap_add(&m, id_of(1, 1), 0), TF_E_CAPACITY);
	fill(&m, 17, 17);
	tf_idmap_wipe(&m);
}
