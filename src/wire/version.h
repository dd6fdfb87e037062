/* Every schema that was ever in use: the first 32 hex digits of the SHA-256 of its canonical form
 * (wire/<name>.wire without comments, meanings and spacing) and the version it belongs to.
 *
 * A generated codec does not compile when its schema is not listed here under its own version:
 * whoever changes a message must decide that this is a new version. A line that has been released
 * is never changed; the samples in tests/vectors/wire stay and must still decode.
 */
#ifndef TF_WIRE_VERSION_H
#define TF_WIRE_VERSION_H

enum {
	/* proofs */
	TF_SCHEMA_c246240665fbf7c44aaac17f748c9776 = 1,
	/* protocol */
	TF_SCHEMA_efb0297cd29cd4a06e24c5cc43c027a3 = 1,
	TF_SCHEMA_c94f53f28fc546d69db4a331d8c1b914 = 2,
	/* frost */
	TF_SCHEMA_3aab591e13c4836c3e353cf94bdfba39 = 1,
	/* alerts */
	TF_SCHEMA_ae2a51d5f550330cedf23f9ed7c44e9c = 1,
	/* records */
	TF_SCHEMA_eb8c51efe5a73fa0f6316865c078347b = 1,
	/* reshare */
	TF_SCHEMA_6db100f7d78a90dd33d78401e995271b = 1,
	/* attempt */
	TF_SCHEMA_7da08ea9340740e2fa357e7e704e6d96 = 1,
	/* evidence */
	TF_SCHEMA_b3a8b6b46e8f880b17fbc224d090bb9d = 1,
	/* testimony */
	TF_SCHEMA_2e3b12310cbb29dbeb8e8302547229fe = 1,
	/* settlement */
	TF_SCHEMA_f8bffc0cdbea76051f9d48dab4811b88 = 1,
	/* control */
	TF_SCHEMA_2e6938831924242f3f6879bba86acae5 = 1,
	/* raw */
	TF_SCHEMA_0a714fe4a96ecca6735ce5e21e16861c = 1,
};

#endif
