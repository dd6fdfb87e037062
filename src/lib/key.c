#include <string.h>

#include "lib/impl.h"

_Static_assert(TF_PUBLIC_KEY_BYTES == TF_PT_BYTES, "public keys");
_Static_assert(TF_KEY_RECORD_BYTES >= TF_CERTIFICATE_MAX + 256u, "records");
_Static_assert(TF_PATH_STEPS == TF_PATH_MAX, "paths");
_Static_assert(sizeof(((tf_key_facts *)0)->workspace) == TF_WORKSPACE_MAX + 1, "workspaces");
_Static_assert((int)TF_FORM_THRESHOLD == (int)TF_SHARE_FELDMAN, "forms");
_Static_assert((int)TF_FORM_ADDITIVE == (int)TF_SHARE_ADDITIVE, "forms");

/* ---- reading records ---- */

/* memo receives what is known of the record, NULL for nothing. */
static tf_err read_record(tf_key *out, tf_key_memo **memo, tf_machine *m, tf_bytes record)
{
	size_t mark = tf_arena_mark(&m->mem);
	uint8_t hash[32];
	tf_err err;

	*memo = NULL;
	if (m->memo && m->memo->keys) {
		tf_key_record_hash(hash, record.p, record.len);
		*memo = tf_memo_key(m->memo, hash);
	}
	err = tf_key_decode_known(out, *memo, m->g, record.p, record.len, &m->mem);
	tf_arena_release(&m->mem, mark);
	TRY(err);
	return out->state == TF_SHARE_COMMITTED ? TF_OK : TF_E_STATE;
}

tf_err tf_key_read(tf_key *out, tf_machine *m, tf_bytes record)
{
	tf_key_memo *memo;

	return read_record(out, &memo, m, record);
}

/* Does everybody sit in its own seat of the key? A share is its device's alone, whoever else has
 * come by it. */
static bool are_holders(const tf_sharing *s, const tf_party_env *env)
{
	for (unsigned i = 0; i < env->n; i++) {
		const tf_seat *seat = tf_sharing_seat(s, env->party[i].share_index);

		if (!seat || strcmp(seat->device, env->party[i].device) != 0)
			return false;
	}
	return true;
}

tf_err tf_key_read_weights(tf_weights *out, tf_key *key, tf_machine *m, tf_bytes record)
{
	TF_AUTO(tf_key) own;
	tf_key *k = key ? key : &own;
	tf_key_memo *memo;

	memset(&own, 0, sizeof(own));
	TRY(tf_party_env_check(&m->env));
	TRY(read_record(k, &memo, m, record));
	if (!are_holders(&k->sharing, &m->env))
		return TF_E_USAGE;
	return tf_key_weigh_known(out, memo, k, &m->env);
}

static tf_err facts(tf_key_facts *out, const tf_sharing *s, const tf_group *g, tf_arena *mem)
{
	memset(out, 0, sizeof(*out));
	out->algorithm = (tf_algorithm)s->curve;
	tf_pt_encode(g, out->public_key, &s->Y);
	memcpy(out->chain_code, s->cc, sizeof(out->chain_code));
	memcpy(out->workspace, s->workspace, sizeof(out->workspace));
	memcpy(out->key_id, s->key_id, sizeof(out->key_id));
	memcpy(out->sharing, s->sharing, sizeof(out->sharing));
	memcpy(out->previous, s->previous, sizeof(out->previous));
	out->epoch = s->epoch;
	out->form = (tf_key_form)s->form;
	out->t = s->t;
	out->n = s->n;
	for (unsigned i = 0; i < s->n; i++) {
		out->seat[i].seat = s->seat[i].index;
		memcpy(out->seat[i].device, s->seat[i].device, sizeof(out->seat[i].device));
		tf_pt_encode(g, out->seat[i].public_share, &s->seat[i].W);
	}
	return tf_sharing_encode(NULL, NULL, out->hash, s, g, mem);
}

static tf_err describe(tf_key_facts *out, tf_bytes *certificate, const tf_group *g,
                       tf_bytes record, tf_arena *mem)
{
	TF_AUTO(tf_key) key;
	tf_blob cert;

	memset(&key, 0, sizeof(key));
	TRY(tf_key_decode(&key, &cert, g, record.p, record.len, mem));
	if (certificate)
		*certificate = (tf_bytes){ cert.p, cert.len };
	if (!out)
		return TF_OK;
	TRY(facts(out, &key.sharing, g, mem));
	out->own = key.index;
	out->committed = key.state == TF_SHARE_COMMITTED;
	return TF_OK;
}

tf_err tf_key_describe(tf_key_facts *out, tf_algorithm algorithm, tf_bytes record,
                       tf_memory scratch)
{
	const tf_group *g;
	tf_arena mem;
	tf_err err;

	TRY(tf_scratch_open(&mem, &g, algorithm, scratch));
	err = describe(out, NULL, g, record, &mem);
	tf_arena_wipe(&mem);
	return err;
}

tf_err tf_key_certificate(tf_bytes *out, tf_algorithm algorithm, tf_bytes record,
                          tf_memory scratch)
{
	const tf_group *g;
	tf_arena mem;
	tf_err err;

	TRY(tf_scratch_open(&mem, &g, algorithm, scratch));
	err = describe(NULL, out, g, record, &mem);
	tf_arena_wipe(&mem);
	return err;
}

/* ---- certificates ---- */

static tf_err open_certificate(tf_key_facts *out, const tf_group *g, tf_bytes certificate,
                               tf_roster roster, tf_arena *mem)
{
	tf_sharing s;

	if (!roster.find)
		return TF_E_USAGE;
	TRY(tf_sharing_open(&s, g, certificate.p, certificate.len, roster.find, roster.ctx, mem));
	return facts(out, &s, g, mem);
}

tf_err tf_certificate_open(tf_key_facts *out, tf_algorithm algorithm, tf_bytes certificate,
                           tf_roster roster, tf_memory scratch)
{
	const tf_group *g;
	tf_arena mem;
	tf_err err;

	TRY(tf_scratch_open(&mem, &g, algorithm, scratch));
	err = open_certificate(out, g, certificate, roster, &mem);
	tf_arena_wipe(&mem);
	return err;
}

tf_err tf_key_confirm(uint8_t *out, size_t cap, size_t *len, tf_algorithm algorithm,
                      tf_bytes record, tf_bytes certificate, tf_roster roster,
                      tf_verdict *verdict, tf_memory scratch)
{
	const tf_group *g;
	tf_fault fault;
	tf_arena mem;
	tf_sharing s;
	tf_err err;

	tf_fault_at(&fault, TF_PARTY_NONE, 0);
	tf_verdict_set(verdict, &fault);
	if (!roster.find)
		return TF_E_USAGE;
	TRY(tf_scratch_open(&mem, &g, algorithm, scratch));
	err = tf_sharing_open(&s, g, certificate.p, certificate.len, roster.find, roster.ctx, &mem);
	if (err == TF_OK)
		err = tf_key_complete(out, cap, len, &s,
		                      (tf_blob){ certificate.p, certificate.len },
		                      (tf_blob){ record.p, record.len }, g, &mem, &fault);
	tf_verdict_set(verdict, &fault);
	tf_arena_wipe(&mem);
	return err;
}

/* ---- children ---- */

tf_err tf_derivation_read(tf_path *out, const tf_derivation *path)
{
	if (path->len > TF_PATH_MAX)
		return TF_E_ENCODING;
	memset(out, 0, sizeof(*out));
	memcpy(out->index, path->index, path->len * sizeof(path->index[0]));
	out->len = path->len;
	return TF_OK;
}

tf_err tf_derivation_parse(tf_derivation *out, const char *text)
{
	tf_path path;

	TRY(tf_path_parse(&path, text, strnlen(text, TF_PATH_TEXT)));
	memcpy(out->index, path.index, sizeof(out->index));
	out->len = path.len;
	return TF_OK;
}

static tf_err derive(uint8_t child[static TF_PT_BYTES], uint8_t child_code[32], const tf_group *g,
                     const uint8_t public_key[static TF_PT_BYTES],
                     const uint8_t chain_code[static 32], const tf_derivation *path)
{
	tf_path steps;
	tf_sc tweak;
	tf_pt Y, P;

	TRY(tf_derivation_read(&steps, path));
	TRY(tf_pt_decode(g, &Y, public_key));
	if (tf_pt_is_identity(&Y))
		return TF_E_ENCODING;
	TRY(tf_bip32_derive(g, &tweak, &P, child_code, &Y, chain_code, &steps));
	tf_pt_encode(g, child, &P);
	return TF_OK;
}

tf_err tf_child_derive(uint8_t child[static TF_PUBLIC_KEY_BYTES], uint8_t child_code[32],
                       tf_algorithm algorithm,
                       const uint8_t public_key[static TF_PUBLIC_KEY_BYTES],
                       const uint8_t chain_code[static 32], const tf_derivation *path,
                       tf_memory scratch)
{
	const tf_group *g;
	tf_arena mem;
	tf_err err;

	TRY(tf_scratch_open(&mem, &g, algorithm, scratch));
	err = derive(child, child_code, g, public_key, chain_code, path);
	tf_arena_wipe(&mem);
	return err;
}
