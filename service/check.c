/* SPDX-License-Identifier: Apache-2.0 */
#include "service/check.h"

#include <stdlib.h>

#include "service/keys.h"
#include "service/log/policy.h"
#include "service/operator.h"

static enum prb_err
check_witnesses(const char *path, struct prb_fault *fault)
{
	struct prb_policy *policy;
	enum prb_err err;

	if (path[0] == '\0')
		return PRB_OK;
	policy = calloc(1, sizeof *policy);
	if (policy == NULL)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	err = prb_policy_load(path, policy, fault);
	free(policy);
	return err;
}

enum prb_err
prb_check_start(const struct prb_config *config, int64_t now, struct prb_settings **out,
	struct prb_fault *fault)
{
	struct prb_settings *settings = NULL;
	enum prb_err err = prb_settings_start(config, now, &settings, fault);

	if (err == PRB_OK)
		err = prb_state_look(config->state, fault);
	if (err == PRB_OK)
		err = prb_keys_look(config->state, config->passphrase_file, fault);
	if (err == PRB_OK)
		err = prb_operator_look(config, fault);
	if (err == PRB_OK)
		err = check_witnesses(config->witnesses, fault);
	if (err == PRB_OK)
		*out = settings;
	else
		prb_settings_drop(settings);
	return err;
}
