#include <stdlib.h>
#include <string.h>

#include "zk/fields_test.h"

/* ---- writing */

static void put_bytes(FILE *f, const char *name, const char *sign, const uint8_t *b, size_t len)
{
	size_t i = 0;

	while (i + 1 < len && b[i] == 0)
		i++;
	fprintf(f, "%s %s", name, sign);
	for (; i < len; i++)
		fprintf(f, "%02x", b[i]);
	fputc('\n', f);
}

static void put_bn(FILE *f, const char *name, const char *sign, const tf_bn *a)
{
	uint8_t b[TF_BN_BYTES];

	tf_bn_to_bytes(b, sizeof(b), a);
	put_bytes(f, name, sign, b, sizeof(b));
}

static void put_exact(FILE *f, const char *name, const uint8_t *b, size_t len)
{
	fprintf(f, "%s ", name);
	for (size_t i = 0; i < len; i++)
		fprintf(f, "%02x", b[i]);
	fputc('\n', f);
}

static void put_value(FILE *f, const char *name, const zk_field *d, const zk_case *c,
                      const void *at)
{
	uint8_t b[TF_PT_BYTES];

	switch (d->kind) {
	case ZK_UNIT_NHAT:
	case ZK_UNIT_N:
	case ZK_UNIT_N0:
	case ZK_CIPHER_N:
	case ZK_CIPHER_N0:
	case ZK_BELOW_NHAT:
		put_bn(f, name, "", at);
		break;
	case ZK_INT_Z:
	case ZK_INT_DEC_Z:
	case ZK_INT_DEC_W:
	case ZK_INT_Z_MASK:
	case ZK_INT_NHAT:
	case ZK_INT_ROOT:
	case ZK_INT_BOTH:
		put_bn(f, name, ((const tf_int *)at)->neg ? "-" : "", &((const tf_int *)at)->mag);
		break;
	case ZK_POINT:
		tf_pt_encode(c->k->g, b, at);
		put_exact(f, name, b, TF_PT_BYTES);
		break;
	case ZK_SCALAR:
		tf_sc_encode(b, at);
		put_exact(f, name, b, TF_SC_BYTES);
		break;
	case ZK_BIT: fprintf(f, "%s %02x\n", name, *(const uint8_t *)at); break;
	case ZK_NUMBER: fprintf(f, "%s %02x\n", name, *(const uint32_t *)at); break;
	case ZK_CTX: put_exact(f, name, c->ctx->b, c->ctx->len); break;
	case ZK_RP:
		put_bn(f, "Nhat", "", &c->rp->n.m);
		put_bn(f, "s", "", &c->rp->s);
		put_bn(f, "t", "", &c->rp->t);
		break;
	case ZK_N: put_bn(f, name, "", &c->pk->n.m); break;
	case ZK_N0: put_bn(f, name, "", &c->verifier_pk->n.m); break;
	case ZK_END: break;
	}
}

void zk_write(FILE *f, const zk_proof *z, const zk_case *c, const char *expect)
{
	char name[32];

	fprintf(f, "proof %s\nprofile %s\nexpect %s\n", z->name, c->k->pr->name, expect);
	for (const zk_field *d = z->statement; d->name; d++)
		put_value(f, d->name, d, c, (const uint8_t *)c + d->at);
	for (const zk_field *d = z->fields; d->name; d++) {
		const uint8_t *at = (const uint8_t *)&c->p + d->at;

		if (!d->list) {
			snprintf(name, sizeof(name), "pf.%s", d->name);
			put_value(f, name, d, c, at);
			continue;
		}
		for (uint32_t i = 0; i < c->k->pr->m; i++) {
			snprintf(name, sizeof(name), "pf.%s.%u", d->name, (unsigned)i);
			put_value(f, name, d, c, at + i * zk_stride(d));
		}
	}
}

/* ---- reading */

/* The value of a name, with its length; NULL if the file has none. */
static const char *find(const zk_file *f, const char *name, size_t *len)
{
	size_t n = strlen(name);

	for (const char *line = f->text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, n) == 0 && line[n] == ' ') {
			*len = strcspn(line + n + 1, "\n");
			return line + n + 1;
		}
	}
	return NULL;
}

static const char *need(const zk_file *f, const char *name, size_t *len)
{
	const char *s = find(f, name, len);

	if (!s)
		tf_test_fail(__FILE__, __LINE__, "the file has no %s", name);
	return s;
}

static uint8_t digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

	if (!at)
		tf_test_fail(__FILE__, __LINE__, "'%c' is no hexadecimal digit", c);
	return (uint8_t)(at - digits);
}

/* Hexadecimal into bytes; how many. */
static size_t get_bytes(uint8_t *out, size_t cap, const char *s, size_t len)
{
	CHECK(len % 2 == 0 && len / 2 <= cap);
	for (size_t i = 0; i < len / 2; i++)
		out[i] = (uint8_t)(digit(s[2 * i]) << 4 | digit(s[2 * i + 1]));
	return len / 2;
}

static void get_bn(tf_bn *out, const char *s, size_t len)
{
	uint8_t b[TF_BN_BYTES];
	size_t n = get_bytes(b, sizeof(b), s, len);

	CHECK_OK(tf_bn_from_bytes(out, b, n));
}

static void get_int(tf_int *out, const char *s, size_t len)
{
	bool negative = *s == '-';
	tf_bn mag;

	get_bn(&mag, s + negative, len - negative);
	tf_int_set(out, &mag, negative ? ~(tf_ct)0 : 0);
}

/* The kit's parts of a statement. s and t may be anything: attacks send what they like. */
static void get_kit(const zk_file *f, zk_kit *k, const zk_field *d)
{
	const char *names[] = { "Nhat", "s", "t" };
	tf_bn *numbers[] = { NULL, &k->rp.s, &k->rp.t }, N;
	size_t len;
	const char *s;

	for (unsigned i = 0; i < TF_ARRAY_LEN(names) && d->kind == ZK_RP; i++) {
		s = need(f, names[i], &len);
		get_bn(numbers[i] ? numbers[i] : &N, s, len);
	}
	if (d->kind == ZK_RP) {
		tf_bn bases[] = { k->rp.s, k->rp.t };

		CHECK_OK(tf_mod_init(&k->rp.n, &N));
		if (tf_rp_init(&k->rp, k->pr, &N, &bases[0], &bases[1]) != TF_OK) {
			CHECK_OK(tf_mod_init(&k->rp.n, &N));
			k->rp.s = bases[0];
			k->rp.t = bases[1];
		}
		return;
	}
	s = need(f, d->name, &len);
	get_bn(&N, s, len);
	CHECK_OK(tf_paillier_pk_init(d->kind == ZK_N ? &k->pk : &k->verifier_pk, k->pr, &N));
}

static void get_value(const zk_file *f, const char *name, const zk_field *d, zk_kit *k, void *at)
{
	uint8_t b[TF_PT_BYTES];
	const char *s;
	size_t len;

	if (d->kind == ZK_RP || d->kind == ZK_N || d->kind == ZK_N0) {
		get_kit(f, k, d);
		return;
	}
	s = need(f, name, &len);
	switch (d->kind) {
	case ZK_UNIT_NHAT:
	case ZK_UNIT_N:
	case ZK_UNIT_N0:
	case ZK_CIPHER_N:
	case ZK_CIPHER_N0:
	case ZK_BELOW_NHAT: get_bn(at, s, len); break;
	case ZK_INT_Z:
	case ZK_INT_DEC_Z:
	case ZK_INT_DEC_W:
	case ZK_INT_Z_MASK:
	case ZK_INT_NHAT:
	case ZK_INT_ROOT:
	case ZK_INT_BOTH: get_int(at, s, len); break;
	case ZK_POINT:
		CHECK(get_bytes(b, sizeof(b), s, len) == TF_PT_BYTES);
		CHECK_OK(tf_pt_decode(k->g, at, b));
		break;
	case ZK_SCALAR:
		CHECK(get_bytes(b, sizeof(b), s, len) == TF_SC_BYTES);
		CHECK_OK(tf_sc_decode(k->g, at, b));
		break;
	case ZK_BIT: CHECK(get_bytes(at, 1, s, len) == 1); break;
	case ZK_NUMBER:
		CHECK(get_bytes(b, 1, s, len) == 1);
		*(uint32_t *)at = b[0];
		break;
	case ZK_CTX: k->ctx.len = (uint16_t)get_bytes(k->ctx.b, TF_CTX_MAX, s, len); break;
	case ZK_RP:
	case ZK_N:
	case ZK_N0:
	case ZK_END: break;
	}
}

/* As many elements as the file has. */
static uint32_t get_list(const zk_file *f, const zk_field *d, zk_kit *k, uint8_t *at)
{
	char name[32];
	uint32_t i = 0;
	size_t len;

	for (; i < TF_PROFILE_M_MAX; i++) {
		snprintf(name, sizeof(name), "pf.%s.%u", d->name, (unsigned)i);
		if (!find(f, name, &len))
			break;
		get_value(f, name, d, k, at + i * zk_stride(d));
	}
	return i;
}

static tf_check check_named(const char *name, size_t len)
{
	unsigned n;
	const tf_check *all = tf_check_list(&n);

	for (unsigned i = 0; i < n; i++)
		if (strlen(tf_check_name(all[i])) == len &&
		    strncmp(tf_check_name(all[i]), name, len) == 0)
			return all[i];
	CHECK(len == 2 && strncmp(name, "OK", 2) == 0);
	return TF_CK_NONE;
}

void zk_file_open(zk_file *f, const char *name)
{
	char path[128], profile[16];
	const char *s;
	size_t len;

	snprintf(path, sizeof(path), "tests/vectors/zk/%s", name);
	*f = (zk_file){ .text = tf_test_read_file(tf_test_path(path), NULL) };
	s = need(f, "proof", &len);
	for (unsigned i = 0; i < TF_ARRAY_LEN(zk_proofs); i++)
		if (strlen(zk_proofs[i]->name) == len && strncmp(zk_proofs[i]->name, s, len) == 0)
			f->proof = zk_proofs[i];
	s = need(f, "profile", &len);
	snprintf(profile, sizeof(profile), "%.*s", (int)len, s);
	f->profile = tf_profile_find(profile);
	CHECK(f->proof && f->profile);
	s = need(f, "expect", &len);
	f->expect = check_named(s, len);
}

static uint32_t *count_of(const zk_proof *z, zk_case *c)
{
	if (z == &zk_prm)
		return &c->p.prm.count;
	if (z == &zk_mod)
		return &c->p.mod.count;
	return z == &zk_dec ? &c->p.dec.count : &c->p.affgstar.count;
}

zk_case *zk_file_case(const zk_file *f)
{
	zk_kit *k = zk_kit_bare(f->profile);
	zk_case *c = zk_case_new(k, false);
	char name[32];

	for (const zk_field *d = f->proof->statement; d->name; d++)
		get_value(f, d->name, d, k, (uint8_t *)c + d->at);
	for (const zk_field *d = f->proof->fields; d->name; d++) {
		uint8_t *at = (uint8_t *)&c->p + d->at;
		uint32_t count;

		snprintf(name, sizeof(name), "pf.%s", d->name);
		if (!d->list) {
			get_value(f, name, d, k, at);
			continue;
		}
		count = get_list(f, d, k, at);
		*count_of(f->proof, c) = count;
	}
	return c;
}

void zk_file_close(zk_file *f)
{
	free(f->text);
	f->text = NULL;
}
