/* SPDX-License-Identifier: Apache-2.0 */
#include "service/log/witnesses.h"

#include <assert.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "scoring/log/checkpoint.h"
#include "scoring/log/witness.h"
#include "service/log/timer.h"
#include "service/logging/logging.h"

#define TIMEOUT_MS 5000L
#define ANSWER_BYTES_MAX ((size_t)32 * 1024)
/* Between two tries at a witness that fails: doubled each time. */
#define PAUSE_MS_FIRST 2000
#define PAUSE_MS_LAST 300000

/* What came of asking: an HTTP status, or one of these. */
enum { OUTCOME_NONE = -1, OUTCOME_UNREACHED = 0, OUTCOME_UNUSABLE = 1 };

struct witness {
	struct prb_policy_witness named;
	uint64_t size;     /* of the log as this witness has it, as far as is known */
	uint64_t answered; /* the generation that it has cosigned */
	int outcome;       /* of the last try, so that a failure is said once */
	unsigned failures; /* in a row */
	int64_t pause_ms;  /* monotonic: not to be asked before */
};

struct checkpoint {
	uint64_t generation; /* counted from 1; 0: there is none */
	uint64_t size;
	size_t n;
	char note[PRB_CHECKPOINT_BYTES_MAX];
};

struct prb_witnesses {
	pthread_t thread;
	pthread_mutex_t lock; /* over `shown` alone */
	pthread_cond_t changed;
	atomic_bool stopping;
	struct checkpoint shown;

	/* The thread's own. */
	struct prb_state_reader *reader;
	struct prb_sheet *sheet;
	void (*cosigned)(void *context, uint64_t size, size_t witness, struct prb_span line);
	void (*disputed)(void *context, size_t witness, bool disputed);
	void *context;
	CURL *curl;
	struct curl_slist *fields;
	struct checkpoint asked; /* the one in hand */
	struct prb_str body, answer;
	size_t turn;
	size_t count;
	struct witness witnesses[PRB_POLICY_WITNESSES_MAX];
};

static void
count(struct prb_witnesses *w, enum prb_counter counter)
{
	if (w->sheet != NULL)
		prb_count(w->sheet, counter, 1);
}

/*
 * One request.
 */

static size_t
take_answer(char *bytes, size_t size, size_t n, void *context)
{
	struct prb_witnesses *w = context;

	(void)size; /* 1, by libcurl's word */
	prb_str_add(&w->answer, bytes, n);
	return w->answer.failed ? 0 : n;
}

/* Called about once a second while a request runs. */
static int
may_go_on(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct prb_witnesses *w = context;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return atomic_load(&w->stopping);
}

#define SET(option, value) (curl_easy_setopt(w->curl, CURLOPT_##option, (value)) == CURLE_OK)

static bool
prepare(struct prb_witnesses *w, const char *url)
{
	bool local = strncmp(url, "http:", 5) == 0;

	curl_easy_reset(w->curl);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* The end does not wait for a name that is still being looked up. */
	if (!SET(QUICK_EXIT, 1L))
		return false;
#endif
	return SET(URL, url) && SET(PROTOCOLS_STR, local ? "http" : "https") &&
	       (!local || SET(PROXY, "")) && SET(FOLLOWLOCATION, 0L) &&
	       SET(DISALLOW_USERNAME_IN_URL, 1L) && SET(HTTP09_ALLOWED, 0L) &&
	       SET(HTTP_VERSION, CURL_HTTP_VERSION_1_1) && SET(SSL_VERIFYPEER, 1L) &&
	       SET(SSL_VERIFYHOST, 2L) && SET(SSLVERSION, CURL_SSLVERSION_TLSv1_2) &&
	       SET(NOSIGNAL, 1L) && SET(CONNECTTIMEOUT_MS, TIMEOUT_MS) &&
	       SET(TIMEOUT_MS, TIMEOUT_MS) &&
	       SET(MAXFILESIZE_LARGE, (curl_off_t)ANSWER_BYTES_MAX) &&
	       SET(USERAGENT, "probityd/" PROBITY_VERSION) && SET(HTTPHEADER, w->fields) &&
	       SET(POST, 1L) && SET(POSTFIELDS, w->body.p) &&
	       SET(POSTFIELDSIZE_LARGE, (curl_off_t)w->body.n) && SET(WRITEFUNCTION, take_answer) &&
	       SET(WRITEDATA, w) && SET(NOPROGRESS, 0L) && SET(XFERINFOFUNCTION, may_go_on) &&
	       SET(XFERINFODATA, w);
}

/* The status, or OUTCOME_UNREACHED with a reason. The answer is in w->answer. */
static int
post(struct prb_witnesses *w, const struct witness *to, const char **reason)
{
	char url[PRB_WITNESS_URL_BYTES_MAX + 32];
	long status = 0;
	CURLcode code;

	(void)snprintf(url, sizeof url, "%s/add-checkpoint", to->named.url);
	prb_str_reset(&w->answer);
	if (!prepare(w, url)) {
		*reason = "memory ran out";
		return OUTCOME_UNREACHED;
	}
	code = curl_easy_perform(w->curl);
	(void)curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
	*reason = curl_easy_strerror(code);
	return code == CURLE_OK ? (int)status : OUTCOME_UNREACHED;
}

/* "old SIZE", the proof that leads from it to the checkpoint in hand, and that. */
static bool
write_body(struct prb_witnesses *w, uint64_t old)
{
	struct prb_witness_request request = {
		.old = old, .checkpoint = {w->asked.note, w->asked.n}};

	if (prb_log_consistency(w->reader, old, w->asked.size, &request.proof) != PRB_OK)
		return false;
	prb_str_reset(&w->body);
	prb_witness_request_write(&request, &w->body);
	return !w->body.failed;
}

/* Of a 409: "SIZE\n". */
static bool
read_size(const struct prb_witnesses *w, uint64_t *size)
{
	struct prb_span text = prb_str_span(&w->answer);
	int64_t number;

	if (text.n == 0 || text.p[text.n - 1] != '\n')
		return false;
	text.n--;
	if (!prb_parse_int(text, 0, INT64_MAX, &number))
		return false;
	*size = (uint64_t)number;
	return true;
}

/* Larger than anything that was published: a newer checkpoint than the one in hand may have
 * reached the witness by another way. */
static bool
is_ahead(struct prb_witnesses *w, uint64_t size)
{
	bool ahead;

	pthread_mutex_lock(&w->lock);
	ahead = size > w->shown.size;
	pthread_mutex_unlock(&w->lock);
	return ahead;
}

/* Asks once, and once more where the witness says from which size it wants the proof. *disputed is
 * set where it has seen another log: a larger one, or one that this one does not go on from. */
static int
ask(struct prb_witnesses *w, struct witness *to, const char **reason, bool *disputed)
{
	uint64_t old = to->size <= w->asked.size ? to->size : 0;
	int outcome = OUTCOME_UNUSABLE;

	*reason = "a proof cannot be made";
	if (!write_body(w, old))
		return outcome;
	outcome = post(w, to, reason);
	if (outcome != 409 || !read_size(w, &to->size))
		return outcome;
	*reason = "it has seen a log of this name that is none of ours";
	*disputed = is_ahead(w, to->size);
	if (to->size > w->asked.size || to->size == old)
		return outcome;
	old = to->size;
	if (!write_body(w, old))
		return OUTCOME_UNUSABLE;
	outcome = post(w, to, reason);
	/* Its own size, and not its own root: 409 where the sizes are one, 422 where the proof was
	 * to lead on. */
	*disputed = old != 0 && (outcome == 422 || (outcome == 409 && old == w->asked.size));
	return outcome;
}

/*
 * The cosignature in a 200: the answer's lines belong behind the checkpoint. An empty line in it
 * would make another text of what stands before, which the witness may have signed: refused.
 */
static bool
find_cosignature(struct prb_witnesses *w, const struct prb_note_key *key, struct prb_span *line)
{
	struct prb_note note;
	size_t own;

	if (prb_note_read((struct prb_span){w->asked.note, w->asked.n}, &note, NULL) != PRB_OK)
		return false;
	own = note.text.n;

	prb_str_reset(&w->body);
	prb_str_add(&w->body, w->asked.note, w->asked.n);
	prb_str_add_span(&w->body, prb_str_span(&w->answer));
	if (w->body.failed || prb_note_read(prb_str_span(&w->body), &note, NULL) != PRB_OK ||
		note.text.n != own || prb_note_check(&note, key, NULL) != PRB_NOTE_GOOD)
		return false;
	for (size_t i = 0; i < note.count; i++)
		if (prb_span_is(note.signatures[i].name, key->name) &&
			memcmp(note.signatures[i].id, key->id, sizeof key->id) == 0) {
			*line = note.signatures[i].line;
			return true;
		}
	return false;
}

/*
 * One witness after the other.
 */

static const char *
meaning(int outcome, const char *reason)
{
	switch (outcome) {
	case OUTCOME_UNREACHED:
	case OUTCOME_UNUSABLE:
	case 409:
		return reason;
	case 403:
		return "it does not know the key of this log";
	case 404:
		return "it does not know the origin of this log";
	case 422:
		return "the proof does not lead to what it has seen";
	default:
		return "an answer that no witness gives";
	}
}

static void
say(struct witness *to, int outcome, const char *reason)
{
	if (outcome == to->outcome)
		return;
	to->outcome = outcome;
	if (outcome == 200)
		prb_say(PRB_LEVEL_NOTICE, "witness_cosigns", "the witness %s cosigns",
			to->named.name);
	else if (outcome > OUTCOME_UNUSABLE)
		prb_say(PRB_LEVEL_WARNING, "witness_refuses",
			"the witness %s does not cosign: %d, %s", to->named.name, outcome,
			meaning(outcome, reason));
	else
		prb_say(PRB_LEVEL_WARNING, "witness_refuses", "the witness %s does not cosign: %s",
			to->named.name, meaning(outcome, reason));
}

static void
visit(struct prb_witnesses *w, size_t i)
{
	struct witness *to = &w->witnesses[i];
	struct prb_span line = PRB_SPAN_NONE;
	const char *reason = "";
	bool disputed = false;
	int outcome = ask(w, to, &reason, &disputed);

	if (atomic_load(&w->stopping))
		return;
	if (outcome == 200 && !find_cosignature(w, &to->named.key, &line)) {
		outcome = OUTCOME_UNUSABLE;
		reason = "its answer holds no good signature of its key";
	}
	say(to, outcome, reason);
	if (disputed || outcome == 200)
		w->disputed(w->context, i, disputed);
	if (outcome == 200) {
		to->size = w->asked.size;
		to->answered = w->asked.generation;
		to->failures = 0;
		to->pause_ms = 0;
		count(w, PRB_COUNT_COSIGNATURES);
		w->cosigned(w->context, w->asked.size, i, line);
		return;
	}
	count(w, PRB_COUNT_WITNESS_FAILURES);
	to->pause_ms = PAUSE_MS_FIRST;
	for (unsigned k = 0; k < to->failures && to->pause_ms < PAUSE_MS_LAST; k++)
		to->pause_ms *= 2;
	if (to->pause_ms > PAUSE_MS_LAST)
		to->pause_ms = PAUSE_MS_LAST;
	to->pause_ms += prb_timer_now_ms();
	to->failures++;
}

/* The next in turn that may be asked; false with the time at which one may be. */
static bool
pick(struct prb_witnesses *w, size_t *which, int64_t *at_ms)
{
	int64_t now = prb_timer_now_ms();

	*at_ms = PRB_NEVER_MS;
	for (size_t k = 0; k < w->count; k++) {
		size_t i = (w->turn + k) % w->count;
		const struct witness *to = &w->witnesses[i];

		if (w->shown.generation == 0 || to->answered == w->shown.generation)
			continue;
		if (to->pause_ms <= now) {
			*which = i;
			w->turn = i + 1;
			return true;
		}
		if (to->pause_ms < *at_ms)
			*at_ms = to->pause_ms;
	}
	return false;
}

static void *
run(void *argument)
{
	struct prb_witnesses *w = argument;
	int64_t at_ms;
	size_t i;

	prctl(PR_SET_NAME, "witnesses");
	pthread_mutex_lock(&w->lock);
	while (!atomic_load(&w->stopping)) {
		if (!pick(w, &i, &at_ms)) {
			prb_timer_wait(&w->changed, &w->lock, at_ms);
			continue;
		}
		w->asked = w->shown;
		pthread_mutex_unlock(&w->lock);
		visit(w, i);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static void
destroy(struct prb_witnesses *w)
{
	curl_slist_free_all(w->fields);
	curl_easy_cleanup(w->curl);
	curl_global_cleanup();
	prb_state_reader_destroy(w->reader);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	prb_str_finish(&w->body);
	prb_str_finish(&w->answer);
	free(w);
}

static bool
make_fields(struct prb_witnesses *w)
{
	struct curl_slist *first = curl_slist_append(NULL, "Expect:");
	struct curl_slist *both = curl_slist_append(first, "Content-Type: text/plain");

	if (both == NULL)
		curl_slist_free_all(first);
	w->fields = both;
	return both != NULL;
}

enum prb_err
prb_witnesses_start(const struct prb_witnesses_options *options, struct prb_witnesses **out,
	struct prb_fault *fault)
{
	struct prb_witnesses *w = calloc(1, sizeof *w);

	if (w == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(w);
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	}
	prb_timer_init(&w->lock, &w->changed);
	atomic_init(&w->stopping, false);
	prb_str_init(&w->body, PRB_WITNESS_REQUEST_BYTES_MAX);
	prb_str_init(&w->answer, ANSWER_BYTES_MAX);
	w->sheet = options->sheet;
	w->cosigned = options->cosigned;
	w->disputed = options->disputed;
	w->context = options->context;
	w->count = options->policy->count;
	for (size_t i = 0; i < w->count; i++) {
		w->witnesses[i].named = options->policy->witnesses[i];
		w->witnesses[i].outcome = OUTCOME_NONE;
	}
	w->curl = curl_easy_init();
	if (w->curl == NULL || !make_fields(w) ||
		prb_state_reader_create(options->state, &w->reader) != PRB_OK ||
		pthread_create(&w->thread, NULL, run, w) != 0) {
		destroy(w);
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"the thread that asks the witnesses cannot be started");
	}
	*out = w;
	return PRB_OK;
}

void
prb_witnesses_stop(struct prb_witnesses *w)
{
	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	atomic_store(&w->stopping, true);
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	destroy(w);
}

void
prb_witnesses_show(struct prb_witnesses *w, uint64_t size, struct prb_span note)
{
	assert(note.n <= sizeof w->shown.note);
	pthread_mutex_lock(&w->lock);
	w->shown.generation++;
	w->shown.size = size;
	w->shown.n = note.n;
	memcpy(w->shown.note, note.p, note.n);
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}
