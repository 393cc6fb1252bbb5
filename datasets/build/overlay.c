/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/build/overlay.h"

#include "datasets/build/scale.h"

static const struct {
	const char *name;
	struct prb_overlay_words words;
} overlays[PRB_OVERLAYS] = {
#define PRB_OVERLAY(id, name, title, publisher, edition, licence)                                  \
	{name, {title, publisher, edition, licence}},
#include "datasets/build/overlays.def"
#undef PRB_OVERLAY
};

static const enum prb_source_table tables[PRB_OVERLAYS] = {
#define PRB_OVERLAY(id, name, title, publisher, edition, licence) PRB_SOURCE_OVERLAY_##id,
#include "datasets/build/overlays.def"
#undef PRB_OVERLAY
};

/* Which column makes which component; the key column of each table comes first. */
static const struct {
	enum prb_component component;
	enum prb_overlay overlay;
	enum prb_source_column column;
} parts[PRB_OVERLAY_COMPONENTS] = {
	{PRB_WHERE_OVERLAY_PREVALENCE, PRB_OVERLAY_GSI, PRB_COL_OVERLAY_GSI_PREVALENCE},
	{PRB_WHERE_OVERLAY_VULNERABILITY, PRB_OVERLAY_GSI, PRB_COL_OVERLAY_GSI_VULNERABILITY},
	{PRB_WHERE_OVERLAY_RIGHTS, PRB_OVERLAY_ITUC, PRB_COL_OVERLAY_ITUC_RATING},
};

const char *
prb_overlay_name(enum prb_overlay overlay)
{
	return overlays[overlay].name;
}

enum prb_overlay
prb_overlay_find(struct prb_span name)
{
	int i = 0;

	while (i < PRB_OVERLAYS && !prb_span_is(name, overlays[i].name))
		i++;
	return (enum prb_overlay)i;
}

const struct prb_overlay_words *
prb_overlay_words(enum prb_overlay overlay)
{
	return &overlays[overlay].words;
}

enum prb_overlay
prb_overlay_of_table(enum prb_source_table table)
{
	int i = 0;

	while (i < PRB_OVERLAYS && tables[i] != table)
		i++;
	return (enum prb_overlay)i;
}

bool
prb_overlay_is_read(const struct prb_sources *s, enum prb_source_table table)
{
	enum prb_overlay overlay = prb_overlay_of_table(table);

	return overlay == PRB_OVERLAYS || s->overlays[overlay] != NULL;
}

static size_t
part_of(enum prb_component component)
{
	size_t i = 0;

	while (parts[i].component != component)
		i++;
	return i;
}

bool
prb_overlay_has(const struct prb_sources *s, struct prb_span component)
{
	for (size_t i = 0; i < PRB_OVERLAY_COMPONENTS; i++)
		if (prb_span_is(component, prb_component_id(parts[i].component)))
			return s->overlays[parts[i].overlay] != NULL;
	return true;
}

/* By the row of method_anchors.csv that reads the cell. */
static bool
scale_cell(const struct prb_sources *s, enum prb_component component, struct prb_span cell,
	int32_t *ppm)
{
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_METHOD_ANCHORS); i++) {
		int64_t figure;

		if (!prb_source_is(
			    s, PRB_COL_METHOD_ANCHORS_COMPONENT, i, prb_component_id(component)))
			continue;
		if (prb_source_text(s, PRB_COL_METHOD_ANCHORS_CATEGORY, i).n > 0
				? prb_scale_by_category(s, i, cell, ppm)
				: prb_parse_decimal(cell, PRB_SCALE_DECIMALS, &figure) &&
					  prb_scale_by_anchor(s, i, figure, ppm))
			return true;
	}
	return false;
}

bool
prb_overlay_value(struct prb_sources *s, enum prb_component component, const char *iso3,
	struct prb_where_value *value)
{
	size_t part = part_of(component);
	long row =
		prb_source_lookup(s, tables[parts[part].overlay], prb_span_of(iso3), PRB_SPAN_NONE);
	long weight = prb_source_lookup(s, PRB_SOURCE_METHOD_WEIGHTS,
		prb_span_of(prb_component_id(component)), PRB_SPAN_NONE);
	struct prb_span cell;

	if (row < 0 || weight < 0)
		return false;
	cell = prb_source_text(s, parts[part].column, (size_t)row);
	if (cell.n == 0)
		return false;
	if (!scale_cell(s, component, cell, &value->ppm)) {
		prb_complain_cell(s, parts[part].column, (size_t)row,
			"no row of method_anchors.csv scales \"%.*s\" for %s", PRB_SPAN_ARGS(cell),
			prb_component_id(component));
		return false;
	}
	value->source = prb_source_text(s, PRB_COL_METHOD_WEIGHTS_SOURCE, (size_t)weight).p;
	value->verified = false;
	return true;
}
