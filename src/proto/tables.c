#include "proto/tables.h"

static size_t random_bytes(const tf_profile *pr, tf_whose whose)
{
	return whose == TF_OURS ? tf_randomiser_bytes_own(pr) : tf_randomiser_bytes(pr);
}

size_t tf_party_tables_bytes(const tf_profile *pr, tf_whose whose)
{
	return random_bytes(pr, whose) + tf_rp_tables_bytes(pr);
}

static const tf_kernel *or_portable(const tf_kernel *kernel)
{
	return kernel ? kernel : tf_kernel_portable();
}

static tf_err fill(tf_party_tables *out, const tf_profile *pr, const tf_moduli *own,
                   const tf_rng *rng, uint8_t *room, size_t len, tf_arena *mem)
{
	size_t part = random_bytes(pr, own ? TF_OURS : TF_PEERS);

	if (len < tf_party_tables_bytes(pr, own ? TF_OURS : TF_PEERS))
		return TF_E_CAPACITY;
	if (own) {
		TRY(tf_randomiser_tables_init_own(&out->random, &out->pk, out->kernel, rng, room,
		                                  part, mem));
		TRY(tf_rp_tables_init_own(&out->commit, &own->rp, out->kernel, room + part,
		                          len - part, mem));
	} else {
		TRY(tf_randomiser_tables_init(&out->random, &out->pk, out->kernel, rng, room, part,
		                              mem));
		TRY(tf_rp_tables_init(&out->commit, &out->rp, pr, out->kernel, room + part,
		                      len - part, mem));
	}
	out->pk.tables = &out->random;
	out->rp.tables = &out->commit;
	return TF_OK;
}

static tf_err init(tf_party_tables *out, const tf_profile *pr, const tf_moduli *own,
                   const tf_rng *rng, void *room, size_t len, tf_arena *mem)
{
	tf_err err = fill(out, pr, own, rng, room, len, mem);

	if (err != TF_OK) {
		tf_wipe(room, len);
		tf_party_tables_wipe(out);
	}
	return err;
}

tf_err tf_party_tables_init(tf_party_tables *out, const tf_profile *pr, const tf_aux *aux,
                            const tf_kernel *kernel, const tf_rng *rng, void *room, size_t len,
                            tf_arena *mem)
{
	*out = (tf_party_tables){ .kernel = or_portable(kernel), .pk = aux->pk, .rp = aux->rp };
	return init(out, pr, NULL, rng, room, len, mem);
}

tf_err tf_party_tables_init_own(tf_party_tables *out, const tf_profile *pr, const tf_moduli *own,
                                const tf_kernel *kernel, const tf_rng *rng, void *room, size_t len,
                                tf_arena *mem)
{
	*out = (tf_party_tables){ .kernel = or_portable(kernel), .pk = own->sk.pk,
	                          .rp = own->rp.pub };
	return init(out, pr, own, rng, room, len, mem);
}

bool tf_party_tables_fit(const tf_party_tables *t, const tf_paillier_pk *pk, const tf_rp *rp,
                         const tf_kernel *kernel)
{
	return t->kernel == or_portable(kernel) &&
	       tf_ct_reveal(tf_bn_eq(&t->pk.n.m, &pk->n.m) & tf_bn_eq(&t->rp.n.m, &rp->n.m) &
	                    tf_bn_eq(&t->rp.s, &rp->s) & tf_bn_eq(&t->rp.t, &rp->t));
}
