/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/lib/issuer.h"

void
prb_verify_expect_issuer(struct prb_verification *verification, const char *did)
{
	struct prb_fault fault;

	if (verification->issuer.p == NULL || prb_span_is(verification->issuer, did))
		return;
	(void)prb_fault_set(&fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
		"the issuer is %.*s, and %s is wanted", PRB_SPAN_ARGS(verification->issuer), did);
	prb_verification_amend(verification, PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED, fault.detail);
}
