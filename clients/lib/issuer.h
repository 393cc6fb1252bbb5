/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LIB_ISSUER_H
#define PRB_LIB_ISSUER_H

#include "scoring/attest/verify.h"

/*
 * Whose attestation it must be. A signature shows that the issuer named in a text has signed it,
 * and anybody can name himself there: the check `issuer` fails where that is another than this DID.
 * Nothing is said anew where it is this one, or where the issuer could not be read.
 */
void prb_verify_expect_issuer(struct prb_verification *verification, const char *did);

#endif
