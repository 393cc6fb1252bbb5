/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_BOUNDS_H
#define PRB_HANDLERS_BOUNDS_H

/*
 * What members and parameters of requests may hold: the handlers refuse what is beyond, and the
 * description of the interface states it, by the types of openapi_schemas.c. Bytes of UTF-8, as
 * sent.
 */

#define PRB_KEY_DAYS_MAX 3650
#define PRB_KEY_OVERLAP_DAYS_MAX 90
#define PRB_INVITATION_DAYS_MAX 365
#define PRB_INVITED_DECLARATIONS_MAX 100 /* that one invitation can be made for */

#define PRB_DECISION_REASON_BYTES_MAX 1000
#define PRB_DECISION_BY_BYTES_MAX 200
#define PRB_DECISION_COUNTRY_BYTES_MAX 100 /* as in a declaration */
#define PRB_DECISION_CITY_BYTES_MAX 200    /* the same */
#define PRB_DECISION_ENTITY_BYTES_MAX 100  /* ids of list entries are short */

#define PRB_SOUGHT_NAME_BYTES_MAX 1024
#define PRB_SOUGHT_PLACE_BYTES_MAX 500
#define PRB_SOUGHT_WORDS_BYTES_MAX 400   /* for a good */
#define PRB_SOUGHT_COUNTRY_BYTES_MAX 100 /* as a declaration takes it */

#define PRB_MESSAGES_LISTED_MAX 100 /* ids in one page */

#endif
