/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/cells.h"

struct prb_span
prb_cell_next(struct prb_span *rest, bool *last)
{
	bool quoted = rest->n != 0 && rest->p[0] == '"';
	size_t i = quoted;
	struct prb_span cell;

	while (i < rest->n &&
		(quoted ? rest->p[i] != '"' : rest->p[i] != ',' && rest->p[i] != '\n'))
		i++;
	cell = (struct prb_span){rest->p + quoted, i - quoted};
	i += quoted && i < rest->n;
	*last = i >= rest->n || rest->p[i] == '\n';
	i += i < rest->n;
	rest->p += i;
	rest->n -= i;
	return cell;
}
