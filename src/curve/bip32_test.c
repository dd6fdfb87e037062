#include "curve/bip32.h"

#include <string.h>

#include "harness/harness.h"

static uint8_t room[1 << 16];

static const tf_group *group(tf_curve_id id)
{
	static tf_arena mem;
	const tf_group *g;

	tf_arena_init(&mem, room, sizeof(room));
	CHECK_OK(tf_group_init(&g, id, NULL, &mem));
	return g;
}

/* The payload of an extended public key: base58 of 82 bytes, ending in four bytes of checksum,
 * which the expected values below check for us. */
static void base58(uint8_t out[static 82], const char *s)
{
	static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

	memset(out, 0, 82);
	for (; *s; s++) {
		const char *d = strchr(digits, *s);
		unsigned carry;

		CHECK(d != NULL);
		carry = (unsigned)(d - digits);
		for (unsigned i = 82; i-- > 0;) {
			carry += 58u * out[i];
			out[i] = (uint8_t)carry;
			carry >>= 8;
		}
		CHECK(carry == 0);
	}
}

static void load_xpub(const tf_group *g, tf_pt *key, uint8_t cc[static 32], const char *xpub)
{
	uint8_t raw[82];

	base58(raw, xpub);
	CHECK_HEX(raw, 4, "0488b21e");
	memcpy(cc, raw + 13, 32);
	CHECK_OK(tf_pt_decode(g, key, raw + 45));
}

/* BIP-32 test vectors 1 and 2: every step that is not hardened. */
static const struct {
	const char *parent, *child;
	uint32_t index;
} vectors[] = {
	{ "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1"
	  "bgwQ9xv5ski8PX9rL2dZXvgGDnw",
	  "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq"
	  "527Hqck2AxYysAA7xmALppuCkwQ", 1 },
	{ "xpub6D4BDPcP2GT577Vvch3R8wDkScZWzQzMMUm3PWbmWvVJrZwQY4VUNgqFJPMM3No2dFDFGTsxxpG5uJh7"
	  "n7epu4trkrX7x7DogT5Uv6fcLW5",
	  "xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37"
	  "sR62cfN7fe5JnJ7dh8zL4fiyLHV", 2 },
	{ "xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37"
	  "sR62cfN7fe5JnJ7dh8zL4fiyLHV",
	  "xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8"
	  "yGasTvXEYBVPamhGW6cFJodrTHy", 1000000000 },
	{ "xpub661MyMwAqRbcFW31YEwpkMuc5THy2PSt5bDMsktWQcFF8syAmRUapSCGu8ED9W6oDMSgv6Zz8idoc4a6"
	  "mr8BDzTJY47LJhkJ8UB7WEGuduB",
	  "xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDzn"
	  "ezpbZb7ap6r1D3tgFxHmwMkQTPH", 0 },
	{ "xpub6ASAVgeehLbnwdqV6UKMHVzgqAG8Gr6riv3Fxxpj8ksbH9ebxaEyBLZ85ySDhKiLDBrQSARLq1uNRts8"
	  "RuJiHjaDMBU4Zn9h8LZNnBC5y4a",
	  "xpub6DF8uhdarytz3FWdA8TvFSvvAh8dP3283MY7p2V4SeE2wyWmG5mg5EwVvmdMVCQcoNJxGoWaU9DCWh89"
	  "LojfZ537wTfunKau47EL2dhHKon", 1 },
	{ "xpub6ERApfZwUNrhLCkDtcHTcxd75RbzS1ed54G1LkBUHQVHQKqhMkhgbmJbZRkrgZw4koxb5JaHWkY4ALHY"
	  "2grBGRjaDMzQLcgJvLJuZZvRcEL",
	  "xpub6FnCn6nSzZAw5Tw7cgR9bi15UV96gLZhjDstkXXxvCLsUXBGXPdSnLFbdpq8p9HmGsApME5hQTZ3emM2"
	  "rnY5agb9rXpVGyy3bdW6EEgAtqt", 2 },
};

TEST(bip32_vectors_public_derivation)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);

	for (unsigned i = 0; i < TF_ARRAY_LEN(vectors); i++) {
		uint8_t cc[32], want_cc[32], got_cc[32];
		tf_path path = { .index = { vectors[i].index }, .len = 1 };
		tf_pt Y, want, got, step;
		tf_sc tweak;

		load_xpub(g, &Y, cc, vectors[i].parent);
		load_xpub(g, &want, want_cc, vectors[i].child);
		CHECK_OK(tf_bip32_derive(g, &tweak, &got, got_cc, &Y, cc, &path));
		CHECK(tf_pt_eq(g, &got, &want));
		CHECK(memcmp(got_cc, want_cc, 32) == 0);
		CHECK_OK(tf_pt_mul_base_vt(g, &step, &tweak));
		CHECK_OK(tf_pt_add(g, &step, &step, &Y));
		CHECK(tf_pt_eq(g, &step, &want));
	}
}

TEST(a_path_is_its_steps_and_tweaks_add_up)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	uint8_t cc[32], want_cc[32], got_cc[32];
	tf_path path = { .index = { 2, 1000000000 }, .len = 2 };
	tf_pt Y, want, got;
	tf_sc tweak;

	load_xpub(g, &Y, cc, vectors[1].parent);
	load_xpub(g, &want, want_cc, vectors[2].child);
	CHECK_OK(tf_bip32_derive(g, &tweak, &got, got_cc, &Y, cc, &path));
	CHECK(tf_pt_eq(g, &got, &want) && memcmp(got_cc, want_cc, 32) == 0);
	CHECK_OK(tf_pt_mul_base_vt(g, &want, &tweak));
	CHECK_OK(tf_pt_add(g, &want, &want, &Y));
	CHECK(tf_pt_eq(g, &got, &want));
	path.len = 0;
	CHECK_OK(tf_bip32_derive(g, &tweak, &got, NULL, &Y, cc, &path));
	CHECK(tf_pt_eq(g, &got, &Y) && tf_sc_is_zero(&tweak) != 0);
}

TEST(hardened_long_and_hopeless_paths_are_refused)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	tf_path path = { .index = { 0, 0x80000000 }, .len = 2 };
	uint8_t cc[32] = { 1 }, zero[33] = { 0 };
	tf_sc tweak;
	tf_pt child, O;

	CHECK_ERR(tf_bip32_derive(g, &tweak, &child, NULL, tf_group_base(g), cc, &path),
	          TF_E_ENCODING);
	path.len = TF_PATH_MAX + 1;
	path.index[1] = 0;
	CHECK_ERR(tf_bip32_derive(g, &tweak, &child, NULL, tf_group_base(g), cc, &path),
	          TF_E_ENCODING);
	path.len = TF_PATH_MAX;
	CHECK_OK(tf_bip32_derive(g, &tweak, &child, NULL, tf_group_base(g), cc, &path));
	CHECK_OK(tf_pt_decode(g, &O, zero));
	CHECK_ERR(tf_bip32_derive(g, &tweak, &child, NULL, &O, cc, &path), TF_E_UNSUPPORTED);
}

/* In a group of 13 the events that BIP-32 calls impossible do happen. */
TEST(a_child_that_is_the_identity_is_refused)
{
	const tf_group *g = group(TF_CURVE_TINY13);
	unsigned refused = 0;

	for (uint32_t i = 0; i < 500; i++) {
		tf_path path = { .index = { i }, .len = 1 };
		uint8_t cc[32] = { 7 };
		tf_sc tweak;
		tf_pt child;
		tf_err err = tf_bip32_derive(g, &tweak, &child, NULL, tf_group_base(g), cc, &path);

		if (err == TF_OK)
			CHECK(!tf_pt_is_identity(&child));
		else
			CHECK(err == TF_E_UNSUPPORTED);
		refused += err != TF_OK;
	}
	CHECK(refused > 10 && refused < 100);
}

/* ---- nodes ---- */

static tf_bip32_node memory[64];

static uint32_t draw(uint32_t below)
{
	static uint64_t state;

	state = (state ? state : tf_test_seed() | 1) * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

/* Not what it is, but whether it is remembered. */
static const tf_bip32_node *find(const tf_bip32_nodes *n, const tf_path *path, uint32_t len)
{
	for (size_t i = 0; i < n->sets * TF_BIP32_WAYS; i++)
		if (n->node[i].used && n->node[i].path.len == len &&
		    memcmp(n->node[i].path.index, path->index, len * sizeof(path->index[0])) == 0)
			return &n->node[i];
	return NULL;
}

static void same_as_plain(tf_bip32_nodes *n, const tf_group *g, const tf_pt *Y,
                          const uint8_t cc[static 32], const tf_path *path)
{
	uint8_t want_cc[32], got_cc[32];
	tf_sc want_tweak, got_tweak;
	tf_pt want, got;

	CHECK_OK(tf_bip32_derive(g, &want_tweak, &want, want_cc, Y, cc, path));
	CHECK_OK(tf_bip32_derive_from(n, g, &got_tweak, &got, got_cc, Y, cc, path));
	CHECK(tf_pt_eq(g, &got, &want) && tf_sc_eq(&got_tweak, &want_tweak) != 0);
	CHECK(memcmp(got_cc, want_cc, 32) == 0);
}

/* Keys that differ in their point, in their chain code or in their group only; paths that begin
 * alike; more of them than there is room for. */
TEST(what_nodes_know_is_what_would_be_derived)
{
	static const tf_curve_id ids[] = { TF_CURVE_SECP256K1, TF_CURVE_BIP340, TF_CURVE_ED25519 };

	for (size_t count = 0; count <= 64; count += 12) {
		tf_bip32_nodes n;

		tf_bip32_nodes_init(&n, memory, count);
		for (unsigned i = 0; i < 150; i++) {
			const tf_group *g = group(ids[draw(3)]);
			uint8_t cc[32] = { (uint8_t)draw(2) };
			tf_path path = { .index = { draw(2), draw(2), draw(2), draw(3) },
			                 .len = draw(5) };
			tf_sc k;
			tf_pt Y;

			tf_sc_set_u64(g, &k, 1 + draw(2));
			CHECK_OK(tf_pt_mul_base_vt(g, &Y, &k));
			same_as_plain(&n, g, &Y, cc, &path);
		}
		CHECK(n.sets == count / TF_BIP32_WAYS);
		tf_bip32_nodes_wipe(&n);
	}
}

TEST(nodes_answer_what_they_have_seen_and_nothing_else)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	tf_path path = { .index = { 44, 60, 0, 0, 7 }, .len = 5 };
	uint8_t cc[32] = { 1 };
	tf_bip32_nodes n;
	tf_bip32_node *e;
	tf_sc tweak;
	tf_pt child;

	tf_bip32_nodes_init(&n, memory, TF_ARRAY_LEN(memory));
	same_as_plain(&n, g, tf_group_base(g), cc, &path);
	for (uint32_t len = 1; len <= 5; len++)
		CHECK(find(&n, &path, len));
	CHECK(n.clock == 5);
	same_as_plain(&n, g, tf_group_base(g), cc, &path);
	CHECK(n.clock == 6); /* one entry was asked, none was made */
	path.index[4]++;
	same_as_plain(&n, g, tf_group_base(g), cc, &path);
	CHECK(n.clock == 8);
	e = (tf_bip32_node *)(uintptr_t)find(&n, &path, 5);
	e->child = *tf_group_base(g); /* what is remembered is what is answered */
	CHECK_OK(tf_bip32_derive_from(&n, g, &tweak, &child, NULL, tf_group_base(g), cc, &path));
	CHECK(tf_pt_eq(g, &child, tf_group_base(g)));
	cc[31] = 1; /* but to whom it belongs */
	same_as_plain(&n, g, tf_group_base(g), cc, &path);
	path.index[0] |= 0x80000000u;
	CHECK_ERR(tf_bip32_derive_from(&n, g, &tweak, &child, NULL, tf_group_base(g), cc, &path),
	          TF_E_ENCODING);
	tf_bip32_nodes_wipe(&n);
	for (size_t i = 0; i < sizeof(memory); i++)
		CHECK(((const uint8_t *)memory)[i] == 0);
}

/* The account stays known however many addresses of it are used once. */
TEST(nodes_in_use_outlive_those_that_are_not)
{
	const tf_group *g = group(TF_CURVE_SECP256K1);
	tf_path path = { .index = { 44, 60, 0, 0, 0 }, .len = 5 };
	uint8_t cc[32] = { 1 };
	tf_bip32_nodes n;

	tf_bip32_nodes_init(&n, memory, TF_ARRAY_LEN(memory));
	for (path.index[4] = 0; path.index[4] < 300; path.index[4]++) {
		uint64_t before = n.clock;

		same_as_plain(&n, g, tf_group_base(g), cc, &path);
		CHECK(n.clock - before == (path.index[4] ? 2 : 5));
		CHECK(find(&n, &path, 4) && find(&n, &path, 5));
	}
	path.index[4] = 0;
	CHECK(!find(&n, &path, 5));
	tf_bip32_nodes_wipe(&n);
}
