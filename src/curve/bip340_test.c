#include "curve/bip340.h"

#include <secp256k1_schnorrsig.h>
#include <stdlib.h>
#include <string.h>

#include "curve/bip32.h"
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

static void unhex(uint8_t *out, size_t len, const char *hex)
{
	for (size_t i = 0; i < len; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		out[i] = (uint8_t)strtoul(two, NULL, 16);
	}
}

/* BIP-340, test-vectors.csv 0 to 18: verification. */
static const struct {
	const char *key, *message, *signature;
	bool valid;
} vectors[] = {
	{ "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
	  "0000000000000000000000000000000000000000000000000000000000000000",
	  "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215"
	  "25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0", true },
	{ "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de3341"
	  "8906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a", true },
	{ "dd308afec5777e13121fa72b9cc1b7cc0139715309b086c960e18fd969774eb8",
	  "7e2d58d8b3bcdf1abadec7829054f90dda9805aab56c77333024b9d0a508b75c",
	  "5831aaeed7b44bb74e5eab94ba9d4294c49bcf2a60728d8b4c200f50dd313c1b"
	  "ab745879a5ad954a72c45a91c3a51d3c7adea98d82f8481e0e1e03674a6f3fb7", true },
	/* test fails if the message is reduced modulo p or n */
	{ "25d1dff95105f5253c4022f628a996ad3a0d95fbf21d468a1b33f8c160d8f517",
	  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	  "7eb0509757e246f19449885651611cb965ecc1a187dd51b64fda1edc9637d5ec"
	  "97582b9cb13db3933705b32ba982af5af25fd78881ebb32771fc5922efc66ea3", true },
	{ "d69c3509bb99e412e68b0fe8544e72837dfa30746d8be2aa65975f29d22dc7b9",
	  "4df3c3f68fcc83b27e9d42c90431a72499f17875c81a599b566c9889b9696703",
	  "00000000000000000000003b78ce563f89a0ed9414f5aa28ad0d96d6795f9c63"
	  "76afb1548af603b3eb45c9f8207dee1060cb71c04e80f593060b07d28308d7f4", true },
	/* key not on the curve */
	{ "eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "6cff5c3ba86c69ea4b7376f31a9bcb4f74c1976089b2d9963da2e5543e177769"
	  "69e89b4c5564d00349106b8497785dd7d1d713a8ae82b32fa79d5f7fc407d39b", false },
	/* y(R) is odd */
	{ "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "fff97bd5755eeea420453a14355235d382f6472f8568a18b2f057a1460297556"
	  "3cc27944640ac607cd107ae10923d9ef7a73c643e166be5ebeafa34b1ac553e2", false },
	/* negated message */
	{ "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "1fa62e331edbc21c394792d2ab1100a7b432b013df3f6ff4f99fcb33e0e1515f"
	  "28890b3edb6e7189b630448b515ce4f8622a954cfe545735aaea5134fccdb2bd", false },
	/* negated s */
	{ "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "6cff5c3ba86c69ea4b7376f31a9bcb4f74c1976089b2d9963da2e5543e177769"
	  "961764b3aa9b2ffcb6ef947b6887a226e8d7c93e00c5ed0c1834ff0d0c2e6da6", false },
	/* sG - eP is O */
	{ "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "0000000000000000000000000000000000000000000000000000000000000000"
	  "123dda8328af9c23a94c1feecfd123ba4fb73476f0d594dcb65c6425bd186051", false },
	/* sG - eP is O */
	{ "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "0000000000000000000000000000000000000000000000000000000000000001"
	  "7615fbaf5ae28864013c099742deadb4dba87f11ac6754f93780d5a1837cf197", false },
	/* r is not an x coordinate on the curve */
	{ "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "4a298dacae57395a15d0795ddbfd1dcb564da82b0f269bc70a74f8220429ba1d"
	  "69e89b4c5564d00349106b8497785dd7d1d713a8ae82b32fa79d5f7fc407d39b", false },
	/* r is the field size */
	{ "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"
	  "69e89b4c5564d00349106b8497785dd7d1d713a8ae82b32fa79d5f7fc407d39b", false },
	/* s is the order */
	{ "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "6cff5c3ba86c69ea4b7376f31a9bcb4f74c1976089b2d9963da2e5543e177769"
	  "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", false },
	/* the key exceeds the field size */
	{ "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30",
	  "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
	  "6cff5c3ba86c69ea4b7376f31a9bcb4f74c1976089b2d9963da2e5543e177769"
	  "69e89b4c5564d00349106b8497785dd7d1d713a8ae82b32fa79d5f7fc407d39b", false },
	/* messages of other lengths */
	{ "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117",
	  "",
	  "71535db165ecd9fbbc046e5ffaea61186bb6ad436732fccc25291a55895464cf"
	  "6069ce26bf03466228f19a3a62db8a649f2d560fac652827d1af0574e427ab63", true },
	{ "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117",
	  "11",
	  "08a20a0afef64124649232e0693c583ab1b9934ae63b4c3511f3ae1134c6a303"
	  "ea3173bfea6683bd101fa5aa5dbc1996fe7cacfc5a577d33ec14564cec2bacbf", true },
	{ "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117",
	  "0102030405060708090a0b0c0d0e0f1011",
	  "5130f39a4059b43bc7cac09a19ece52b5d8699d1a71e3c52da9afdb6b50ac370"
	  "c4a482b77bf960f8681540e25b6771ece1e5a37fd80e5a51897c5566a97ea5a5", true },
	{ "778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117",
	  "9999999999999999999999999999999999999999999999999999999999999999"
	  "9999999999999999999999999999999999999999999999999999999999999999"
	  "9999999999999999999999999999999999999999999999999999999999999999"
	  "99999999",
	  "403b12b0d8555a344175ea7ec746566303321e5dbfa8be6f091635163eca79a8"
	  "585ed3e3170807e7c03b720fc54c7b23897fcba0e9d0b4a06894cfd249f22367", true },
};

/* libsecp256k1's own verdict. */
static bool theirs(const uint8_t sig[static 64], const uint8_t p[static 32], const uint8_t *m,
                   size_t len)
{
	secp256k1_context *ctx = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
	secp256k1_xonly_pubkey key;
	bool ok = secp256k1_xonly_pubkey_parse(ctx, &key, p) &&
	          secp256k1_schnorrsig_verify(ctx, sig, m, len, &key);

	secp256k1_context_destroy(ctx);
	return ok;
}

static bool ours(const tf_group *g, const uint8_t sig[static 64], const uint8_t p[static 32],
                 const uint8_t *m, size_t len)
{
	bool valid;

	CHECK_OK(tf_bip340_verify_vt(g, &valid, sig, p, m, len));
	CHECK(valid == theirs(sig, p, m, len));
	return valid;
}

TEST(bip340_vectors)
{
	const tf_group *g = group(TF_CURVE_BIP340);

	for (size_t i = 0; i < TF_ARRAY_LEN(vectors); i++) {
		size_t len = strlen(vectors[i].message) / 2;
		uint8_t p[32], m[100], sig[64];

		CHECK(len <= sizeof(m));
		unhex(p, 32, vectors[i].key);
		unhex(m, len, vectors[i].message);
		unhex(sig, 64, vectors[i].signature);
		CHECK(ours(g, sig, p, m, len) == vectors[i].valid);
	}
}

/* Messages of any length, signed by libsecp256k1, and every byte of key, message and signature
 * changed. */
TEST(bip340_agrees_with_another_library)
{
	secp256k1_context *ctx = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
	static const size_t lengths[] = { 0, 1, 17, 32, 100 };
	const tf_group *g = group(TF_CURVE_BIP340);
	uint8_t seed[32] = { 9 }, p[32], sig[64], m[100] = { 0x5a };
	secp256k1_xonly_pubkey key;
	secp256k1_keypair pair;

	for (size_t i = 0; i < TF_ARRAY_LEN(lengths); i++) {
		seed[31] = (uint8_t)i;
		CHECK(secp256k1_keypair_create(ctx, &pair, seed));
		CHECK(secp256k1_keypair_xonly_pub(ctx, &key, NULL, &pair));
		CHECK(secp256k1_xonly_pubkey_serialize(ctx, p, &key));
		CHECK(secp256k1_schnorrsig_sign_custom(ctx, sig, m, lengths[i], &pair, NULL));
		CHECK(ours(g, sig, p, m, lengths[i]));
		for (size_t k = 0; k < 64 + 32 + lengths[i]; k++) {
			uint8_t *b = k < 64 ? &sig[k] : k < 96 ? &p[k - 64] : &m[k - 96];

			*b ^= (uint8_t)(1u << k % 8);
			CHECK(!ours(g, sig, p, m, lengths[i]));
			*b ^= (uint8_t)(1u << k % 8);
		}
	}
	secp256k1_context_destroy(ctx);
}

/* BIP-341, wallet-test-vectors.json: the first key has no script tree, the second one has. */
TEST(bip341_tweaks)
{
	static const struct {
		const char *internal, *root, *tweak, *output;
	} v[] = {
		{ "d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d", NULL,
		  "b86e7be8f39bab32a6f2c0443abbc210f0edac0e2c53d501b36b64437d9c6c70",
		  "53a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343" },
		{ "187791b6f712a8ea41c8ecdd0ee77fab3e85263b37e1ec18a3651926b3a6cf27",
		  "5b75adecf53548f3ec6ad7d78383bf84cc57b55a3127c72b9a2481752dd88b21",
		  "cbd8679ba636c1110ea247542cfbd964131a6be84f873f7f3b62a777528ed001",
		  "147c9c57132f6e7ecddba9800bb0c4449251c92a1e60371ee77557b6620f3ea3" },
	};
	const tf_group *g = group(TF_CURVE_BIP340);

	for (size_t i = 0; i < TF_ARRAY_LEN(v); i++) {
		uint8_t x[32], root[32];
		tf_pt P, minus, Q;
		tf_sc t, again;
		bool odd;

		unhex(x, 32, v[i].internal);
		if (v[i].root)
			unhex(root, 32, v[i].root);
		CHECK_OK(tf_bip340_lift(g, &P, x));
		CHECK_OK(tf_bip341_tweak(g, &t, &P, root, v[i].root ? 32 : 0));
		tf_sc_encode(x, &t);
		CHECK_HEX(x, 32, v[i].tweak);
		CHECK_OK(tf_pt_mul_base_vt(g, &Q, &t));
		CHECK_OK(tf_pt_add(g, &Q, &Q, &P));
		CHECK_OK(tf_bip340_x(g, x, &odd, &Q));
		CHECK_HEX(x, 32, v[i].output);
		/* the key is its x */
		CHECK_OK(tf_pt_neg(g, &minus, &P));
		CHECK_OK(tf_bip341_tweak(g, &again, &minus, root, v[i].root ? 32 : 0));
		CHECK(tf_sc_eq(&t, &again));
		CHECK_ERR(tf_bip341_tweak(g, &t, &P, root, 31), TF_E_USAGE);
		CHECK_OK(tf_pt_sub(g, &Q, &P, &P));
		CHECK_ERR(tf_bip341_tweak(g, &t, &Q, root, 32), TF_E_USAGE);
	}
}

/* The same points, another purpose. */
TEST(bip340_is_a_group_of_its_own)
{
	const tf_group *g = group(TF_CURVE_BIP340);
	static const tf_path path = { .index = { 86, 0, 7 }, .len = 3 };
	static const uint8_t cc[32] = { 0xcc };
	static uint8_t more[1 << 16];
	const tf_group *ecdsa;
	tf_arena mem;
	tf_pt child[2];
	tf_sc e[2];

	tf_arena_init(&mem, more, sizeof(more));
	CHECK_OK(tf_group_init(&ecdsa, TF_CURVE_SECP256K1, NULL, &mem));
	CHECK(tf_group_id(g) == TF_CURVE_BIP340 && tf_group_id(ecdsa) == TF_CURVE_SECP256K1);
	CHECK(strcmp(tf_group_name(g), "secp256k1-bip340") == 0);
	CHECK(strcmp(tf_group_name(ecdsa), "secp256k1") == 0);
	CHECK(tf_group_schnorr(g) && !tf_group_schnorr(ecdsa));
	CHECK(tf_pt_eq(g, tf_group_base(g), tf_group_base(ecdsa)));
	CHECK_OK(tf_bip32_derive(g, &e[0], &child[0], NULL, tf_group_base(g), cc, &path));
	CHECK_OK(tf_bip32_derive(ecdsa, &e[1], &child[1], NULL, tf_group_base(g), cc, &path));
	CHECK(tf_sc_eq(&e[0], &e[1]) && tf_pt_eq(g, &child[0], &child[1]));
}
