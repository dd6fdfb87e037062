/* Pi_aff-g forged with the verifier's trapdoor (docs/protocol.md 11, row 19). */
#ifndef TF_FORGE_AFFG_H
#define TF_FORGE_AFFG_H

#include "zk/kit_test.h"

/* In a case whose C, x and X are made: D and Y are replaced by those of y = a/2 modulo N0 and N1,
 * which is no small number, and the proof by one that the kit's verifier accepts. y becomes the
 * nearest witness that is in range. */
void forge_affg(zk_case *c);

#endif
