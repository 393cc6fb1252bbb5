/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_OPENAPI_EXAMPLES_H
#define PRB_HANDLERS_OPENAPI_EXAMPLES_H

/*
 * Examples of answers: canonical JSON, lists cut to their first items, attestations to their
 * outline. A test (tests/unit/openapi_test.c) asks the server for the same and compares members and
 * their kinds.
 */

/* clang-format off */
#define PRB_OA_PRODUCT \
	"{\"as_of\":\"2026-06-30\",\"ask_the_shop\":[{\"key\":\"inputs\",\"text\":\"What are its main materials, and from " \
	"which country does each of them come?\"},{\"key\":\"site\",\"text\":\"Do you know the factory or farm by nam" \
	"e, and is the name published?\"}],\"data\":{\"release\":\"90e2441c58403a48\",\"sha256\":\"90e2441c58403a4880ab" \
	"7ad9156a0db768e06f892f5948c8c1a2e598b060fcd0\"},\"exposure\":{\"inherent\":81,\"points\":{\"what\":56,\"where\"" \
	":15,\"who\":10},\"range\":[75,92]},\"good\":{\"basis\":\"hs\",\"headings\":[{\"hs\":\"6109\",\"name\":\"T-shirts, singl" \
	"ets and other vests; knitted or crocheted\"}]},\"hints\":[],\"listed\":[{\"by_input\":false,\"certain\":true," \
	"\"country\":\"BGD\",\"country_name\":\"Bangladesh\",\"good\":\"Garments\",\"listed\":\"forced_labour\"}],\"listed_els" \
	"ewhere\":[{\"by_input\":false,\"certain\":true,\"country\":\"ARG\",\"country_name\":\"Argentina\",\"good\":\"Garment" \
	"s\",\"listed\":\"forced_labour\"},{\"by_input\":false,\"certain\":true,\"country\":\"BRA\",\"country_name\":\"Brazil" \
	"\",\"good\":\"Garments\",\"listed\":\"forced_labour\"}],\"method\":{\"sha256\":\"fc70663252e13e0b510ed3d39c8494c67" \
	"a8387d474070acd88e8ca05d2f16b6c\",\"version\":\"1\"},\"missing\":[],\"notice\":\"This speaks of the risk in su" \
	"pply chains of such goods from there. It does not say how this item was made.\",\"origin\":{\"assumed\":f" \
	"alse,\"iso3\":\"BGD\",\"name\":\"Bangladesh\"},\"reasons\":[{\"args\":[\"Garments\",\"BGD\",\"forced_labour\"]," \
	"\"edition\":\"TVPRA 2022 with the four removals of 2024; EO 13126 marks of 2022\",\"key\":\"listed\",\"source" \
	"\":\"US DOL list of goods (TVPRA), 2022 edition with the removals of 2024, and EO 13126 list\",\"text\":\"" \
	"listed for forced labour: Garments from Bangladesh\"},{\"args\":[\"origin_and_good_listed\",\"43\",\"Garment" \
	"s\",\"forced_labour\"],\"edition\":\"TVPRA 2022 with the four removals of 2024; EO 13126 marks of 2022\",\"k" \
	"ey\":\"exposure_good\",\"source\":\"US DOL list of goods (TVPRA), 2022 edition with the removals of 2024, " \
	"and EO 13126 list\",\"text\":\"this good of this origin is listed (Garments, listed for forced labour): " \
	"43 points of exposure\"}],\"sources\":[{\"doubts\":\"additions of the 2024 edition are missing; Tha" \
	"i shrimp kept only as a doubtful EO 13126 mark\",\"edition\":\"TVPRA 2022 with the four removals of 2024" \
	"; EO 13126 marks of 2022\",\"licence\":\"public domain\",\"publisher\":\"US Department of Labor, ILAB\",\"tabl" \
	"e\":\"listed_goods\",\"title\":\"Goods by origin believed to be made by child labour or forced labour\"}],\"" \
	"state_imposed\":{\"scopes\":[],\"value\":\"not_presumed\"},\"summary\":\"T-shirts, singlets and other vests; k" \
	"nitted or crocheted from Bangladesh: listed for forced labour (Garments). Exposure by place and good" \
	": 81 of 100; it could be 75 to 92, depending on what is not known.\"}"
#define PRB_OA_COUNTRY \
	"{\"components\":[{\"id\":\"trafficking_tier\",\"imputed\":false,\"source\":\"US State Department TIP 2023\",\"tex" \
	"t\":\"trafficking tier of the country\",\"value_ppm\":400000,\"verified\":true,\"weight_ppm\":240000,\"year\":2" \
	"023},{\"id\":\"freedom_from_forced_labour\",\"imputed\":false,\"source\":\"V-Dem v16\",\"text\":\"freedom from fo" \
	"rced labour in the country\",\"value_ppm\":407000,\"verified\":true,\"weight_ppm\":240000}],\"data\":{\"releas" \
	"e\":\"90e2441c58403a48\",\"sha256\":\"90e2441c58403a4880ab7ad9156a0db768e06f892f5948c8c1a2e598b060fcd0\"},\"" \
	"iso2\":\"BD\",\"iso3\":\"BGD\",\"listed_goods\":[{\"by_input\":false,\"good\":\"Bidis (hand-rolled cigarettes)\",\"l" \
	"isted\":\"child_labour_only\"},{\"by_input\":false,\"good\":\"Bricks\",\"listed\":\"child_labour_only\"}],\"method" \
	"\":{\"sha256\":\"fc70663252e13e0b510ed3d39c8494c67a8387d474070acd88e8ca05d2f16b6c\",\"version\":\"1\"},\"name\"" \
	":\"Bangladesh\",\"notice\":\"Figures of a country speak of a country. They say nothing of any one employe" \
	"r in it.\",\"regions_matter\":false,\"sources\":[{\"edition\":\"TIP 2023 to 2025; V-Dem v16; WGI 2023 and 20" \
	"24; GII 2023; UCDP GED 24.1; TDA 2022\",\"licence\":\"public domain (US government); CC BY 4.0 (V-Dem, W" \
	"orld Bank, ILO, UCDP); UNDP and UNHCR with attribution\",\"publisher\":\"US State Department; V-Dem Inst" \
	"itute; World Bank; ILO; UNDP; UCDP; UNHCR; US Department of Labor\",\"table\":\"country_indicators\",\"tit" \
	"le\":\"Country indicators in native units, long form\"}],\"state_imposed\":[],\"tied_status_ppm\":null}"
#define PRB_OA_INDICATORS \
	"{\"data\":{\"release\":\"90e2441c58403a48\",\"sha256\":\"90e2441c58403a4880ab7ad9156a0db768e06f892f5948c8c1a2" \
	"e598b060fcd0\"},\"items\":[{\"code\":1,\"description\":\"An employer takes advantage of a worker's weak posi" \
	"tion (no local language, few livelihood options, irregular status, minority, disability, dependence " \
	"on the employer for housing or relatives' jobs) to impose work; the weak position alone is not enoug" \
	"h.\",\"key\":\"abuse_of_vulnerability\",\"names\":{\"ar\":\"استغلال حالة الضعف\",\"en\":\"Abuse of vulnerability\"," \
	"\"es\":\"Abuso de vulnerabilidad\",\"fr\":\"Abus de vulnérabilité\",\"ru\":\"Злоупотребление уязвимым положение" \
	"м\",\"zh\":\"滥用脆弱性\"},\"names_status\":{\"ar\":\"unverified_translation\",\"en\":\"verified_official\",\"es\":\"second" \
	"ary_source_not_official\",\"fr\":\"secondary_source_not_official\",\"ru\":\"unverified_translation\",\"zh\":\"se" \
	"condary_source_not_official\"},\"side\":\"coercion\",\"status\":\"name verified; paraphrase own; side derive" \
	"d\"}],\"next\":null,\"sources\":[{\"doubts\":\"wording may have been revised in 2025; side of each is derive" \
	"d\",\"edition\":\"2012\",\"licence\":\"list of names; paraphrases are our own\",\"publisher\":\"International La" \
	"bour Organization\",\"table\":\"indicators_ilo11\",\"title\":\"ILO indicators of forced labour\"}]}"
#define PRB_OA_LISTS \
	"{\"data\":{\"release\":\"90e2441c58403a48\",\"sha256\":\"90e2441c58403a4880ab7ad9156a0db768e06f892f5948c8c1a2" \
	"e598b060fcd0\"},\"items\":[{\"completeness\":\"companies only: natural persons and sole traders are left o" \
	"ut; editions of April 2023 and November 2025; later entries and early removals are not held\",\"countr" \
	"ies_taken_as_one\":[],\"edition\":\"2025-11\",\"effect\":\"the employer was on the register: conditions anal" \
	"ogous to slavery in the sense of Article 149 of the Penal Code, which is wider than forced labour in" \
	" the sense of ILO Convention 29\",\"entries\":191,\"list\":\"brazil\",\"official_page\":\"the official page is" \
	" gov.br, Ministry of Labour and Employment, Cadastro de Empregadores\",\"publisher\":\"Brazil, Ministry " \
	"of Labour and Employment\",\"title\":\"Cadastro de Empregadores (register of employers found to have use" \
	"d conditions analogous to slavery)\"}],\"next\":null,\"notice\":\"No match on the lists searched is not a " \
	"clearance: some of our copies are partial.\"}"
#define PRB_OA_DATA \
	"{\"data\":{\"release\":\"90e2441c58403a48\",\"sha256\":\"90e2441c58403a4880ab7ad9156a0db768e06f892f5948c8c1a2" \
	"e598b060fcd0\"},\"file\":{\"bytes\":2228224,\"format\":1,\"sha256\":\"3be6fed622fbc4944478148e50a71036396e872f" \
	"3e999cade6b2f226569c5b1a\"},\"items\":[{\"doubts\":\"the name of the input is our reading; the 2024 editio" \
	"n has 43 such goods, ten are here\",\"edition\":\"2022\",\"licence\":\"public domain\",\"publisher\":\"US Depart" \
	"ment of Labor, ILAB\",\"renew\":\"next edition of the DOL list\",\"retrieved_from\":\"github.com/USDepartmen" \
	"tofLabor/Child-Labor-Android, commit b8891386\",\"retrieved_on\":\"2026-11\",\"rows\":10,\"sha256\":\"ce4b5fdb" \
	"59b749feb28ba51ff463fccf7ce06bafd697a5cba905aa188ae181ad\",\"table\":\"downstream_goods\",\"title\":\"Goods " \
	"made with listed inputs\"}],\"method\":{\"sha256\":\"fc70663252e13e0b510ed3d39c8494c67a8387d474070acd88e8c" \
	"a05d2f16b6c\",\"version\":\"1\"},\"next\":null}"
#define PRB_OA_REPORT \
	"{\"as_of\":\"2026-06-30\",\"assumptions\":[],\"coverage\":38,\"data\":{\"release\":\"90e2441c58403a48\",\"sha256" \
	"\":\"90e2441c58403a4880ab7ad9156a0db768e06f892f5948c8c1a2e598b060fcd0\"},\"decision_table\":[{\"holds\":false,\"" \
	"rating\":\"critical\",\"row\":1,\"rule\":\"listing_in_force\",\"threshold\":0},{\"holds\":true,\"rating\":\"high" \
	"\",\"row\":8,\"rule\":\"indicator_present_and_residual_exposure\",\"threshold\":40}],\"declaration\":{\"declaran" \
	"t\":\"company\",\"id\":\"8d9afe1f-a336-8149-a71f-ca4cdecef873\",\"sha256\":\"8d9afe1fa336f149e71fca4cdecef8736a1" \
	"5e9b83b86d66660e232ff4a434f06\"},\"determination\":{\"coercion\":[],\"deciding_unknowns\":[\"abuse_of_vulnerabil" \
	"ity\",\"restriction_of_movement\",\"isolation\",\"physical_and_sexual_violence\",\"intimidation_and_threats\",\"" \
	"retention_of_identity_documents\",\"withholding_of_wages\",\"debt_bondage\"],\"delphi\":{\"evaluated\":false},\"" \
	"icls\":\"cannot_be_excluded\",\"involuntariness\":[\"excessive_overtime\"],\"site\":null,\"state_imposed\":\"not" \
	"_presumed\",\"state_imposed_scopes\":[],\"supported\":false},\"exposure\":{\"components\":[{\"contribution\":4," \
	"\"id\":\"trafficking_tier\",\"imputed\":false,\"lens\":\"where\",\"source\":\"US State Department TIP 2023\",\"v" \
	"alue\":400000,\"year\":2023},{\"contribution\":45,\"good\":\"Garments\",\"id\":\"origin_and_good_listed\",\"impu" \
	"ted\":false,\"lens\":\"what\",\"listed\":\"forced_labour\",\"source\":\"US DOL list of goods (TVPRA), 2022 editi" \
	"on with the removals of 2024, and EO 13126 list\",\"value\":1000000}],\"controls_share_ppm\":0,\"each\":[{\"inhe" \
	"rent\":77,\"product\":0,\"range\":[75,92]}],\"each_left_out\":0,\"inherent\":77,\"inherent_ppm\":771972,\"lenses" \
	"_ppm\":{\"what\":872889,\"where\":471787,\"who\":113909},\"product\":0,\"range\":[75,92],\"residual\":77,\"resid" \
	"ual_ppm\":771972,\"residual_range\":[75,92],\"where_country\":\"BGD\"},\"id\":\"58242830-5476-88f0-b4c5-285608cf" \
	"cfbe\",\"indicators\":[{\"code\":1,\"evidence\":[],\"grade\":null,\"key\":\"abuse_of_vulnerability\",\"site\":nu" \
	"ll,\"state\":\"unknown\"},{\"code\":11,\"evidence\":[{\"date\":\"2026-03-02\",\"finding\":\"/findings/0\",\"sour" \
	"ce\":\"audit_unannounced\",\"use\":\"present\"}],\"grade\":\"reported\",\"key\":\"excessive_overtime\",\"site\":" \
	"null,\"state\":\"present\"}],\"indicators_known\":1,\"listings\":[],\"lists_searched\":[{\"completeness\":\"comp" \
	"anies only: natural persons and sole traders are left out; editions of April 2023 and November 2025; later entri" \
	"es and early removals are not held\",\"edition\":\"2025-11\",\"entries\":191,\"list\":\"brazil\"}],\"method\":{" \
	"\"sha256\":\"fc70663252e13e0b510ed3d39c8494c67a8387d474070acd88e8ca05d2f16b6c\",\"version\":\"1\"},\"next_questi" \
	"ons\":[{\"asks\":\"/products/-/inputs\",\"key\":\"ask_input_listed\",\"narrows\":2},{\"asks\":\"/workforce/recru" \
	"itment_fees\",\"key\":\"ask_recruitment_fees\",\"narrows\":0}],\"notes\":[\"rating_is_not_a_finding_of_law\",\"a" \
	"_finding_on_site_can_raise_this_to_critical\",\"no_match_is_no_clearance\"],\"rating\":\"high\",\"rating_range\"" \
	":[\"high\",\"high\"],\"reasons\":[{\"args\":[\"high\",\"40\",\"8\"],\"key\":\"indicator_present_and_residual_exp" \
	"osure\",\"source\":\"the method: method_rating\"},{\"args\":[\"excessive_overtime\",\"reported\"],\"date\":\"202" \
	"6-03-02\",\"evidence\":\"/findings/0\",\"key\":\"indicator_present\",\"source\":\"audit_unannounced\"}],\"referr" \
	"als\":[],\"regulations\":[],\"remediation\":[],\"rule\":\"indicator_present_and_residual_exposure\",\"severity\"" \
	":{\"irremediability\":\"can_be_remedied\",\"scale\":\"serious\",\"scope\":420},\"supplier\":{\"country\":\"BGD\"" \
	",\"name\":\"Example Knitwear Ltd\"},\"unconfirmed\":[],\"upstream\":[],\"what_would_change\":[]}"
#define PRB_OA_CHECKPOINT \
	"\"example.com/log\\n2\\nxjjKPGXJ5UEiKtnIV2P5msr9Cjcj5bLYT9JqkzExPCs=\\n\\n" \
	"— example.com/log s3dxT19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX18=\\n\""
#define PRB_OA_LOG_KEY "\"example.com/log+b377714f+AV9fX19fX19fX19fX19fX19fX19fX19fX19fX19fX19f\\n\""
#define PRB_OA_INCLUSION \
	"{\"index\":0,\"leaf_hash\":\"5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f\",\"proof\":[\"hroAn2xknX194Jw2uWLZWknj5k3dW3p7/Ggfq3sZ5fU=\"]," \
	"\"root\":\"xjjKPGXJ5UEiKtnIV2P5msr9Cjcj5bLYT9JqkzExPCs=\",\"size\":2}"
#define PRB_OA_CONSISTENCY \
	"{\"from\":1,\"from_root\":\"X19fX19fX19fX19fX19fX19fX19fX19fX19fX19fX18=\",\"proof\":[\"hroAn2xknX194Jw2uWLZWknj5k3dW3p7/Ggfq3sZ5fU=\"]," \
	"\"to\":2,\"to_root\":\"xjjKPGXJ5UEiKtnIV2P5msr9Cjcj5bLYT9JqkzExPCs=\"}"
#define PRB_OA_CREDENTIAL \
	"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\"],\"credentialSubject\":{},\"id\":\"urn:uuid:01937f2a-" \
	"7c1b-7c3e-9a54-0d6f3c2b1a90\",\"issuer\":{\"id\":\"did:web:example.com\"},\"proof\":{\"cryptosuite\":\"eddsa-jcs" \
	"-2022\",\"proofPurpose\":\"assertionMethod\",\"type\":\"DataIntegrityProof\"},\"type\":[\"DigitalConformityCrede" \
	"ntial\",\"VerifiableCredential\"],\"validFrom\":\"2026-06-30T12:00:00Z\",\"validUntil\":\"2026-12-27T12:00:00Z" \
	"\"}"
#define PRB_OA_ACCEPTED \
	"{\"attestation\":" PRB_OA_CREDENTIAL ",\"id\":\"01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a8f\",\"log\":{\"index\":17,\"leaf_hash\":\"5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f\",\"salt\":\"AAECAwQFBgcICQoLDA0ODw\"},\"report\":" \
	PRB_OA_REPORT "}"
#define PRB_OA_STORED \
	"{\"accepted_at\":\"2026-06-30T12:00:00Z\",\"attestation_id\":\"01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a90\",\"decla" \
	"ration\":{\"supplier\":{\"country\":\"BGD\",\"name\":\"Example Knitwear Ltd\"}},\"id\":\"01937f2a-7c1b-7c3e-9a54-0" \
	"d6f3c2b1a8f\",\"report_id\":\"58242830-5476-88f0-b4c5-285608cfcfbe\",\"salt\":\"AAECAwQFBgcICQoLDA0ODxAREhMU" \
	"FRYXGBkaGxwdHh8\"}"
#define PRB_OA_DECISION_REQUEST \
	"{\"by\":\"compliance officer\",\"decision\":\"different\",\"entity\":\"uflpa-001\",\"reason\":\"registered in Zug in 1987, no " \
	"relation to the listed company\",\"subject\":{\"city\":\"Zug\",\"country\":\"CHE\",\"name\":\"Baoding LYSZD Trade and Business " \
	"Co., Ltd.\"}}"
#define PRB_OA_DECISION \
	"{\"by\":\"compliance officer\",\"decided_at\":\"2026-06-30T12:00:00Z\",\"decision\":\"different\",\"entity\":{\"edition\":\"2025-01" \
	"\",\"id\":\"uflpa-001\",\"list\":\"uflpa\",\"name\":\"Baoding LYSZD Trade and Business Co., Ltd.\"},\"id\":\"01937f2a-7c1b-7c3e-9a5" \
	"4-0d6f3c2b1a91\",\"reason\":\"registered in Zug in 1987, no relation to the listed company\",\"release\":\"90e2441c58403a4880" \
	"ab7ad9156a0db768e06f892f5948c8c1a2e598b060fcd0\",\"signature\":{\"algorithm\":\"Ed25519\",\"public_key\":\"z6MkexampleOfAKey\",\"" \
	"value\":\"AAECAwQFBgcICQoLDA0ODw\"},\"subject\":{\"city\":\"Zug\",\"country\":\"CHE\",\"name\":\"Baoding LYSZD Trade and Business " \
	"Co., Ltd.\"},\"type\":\"decision\"}"
#define PRB_OA_STATISTICS \
	"{\"as_of\":\"2026-06-30T00:00:00Z\",\"by\":[\"country\",\"rating\"],\"items\":[{\"country\":\"BGD\",\"declarations\":41,\"rating\":\"medium\"},{" \
	"\"country\":\"BGD\",\"declarations\":null,\"rating\":\"high\"},{\"country\":\"other\",\"declarations\":null,\"rating\":\"medium\"},{" \
	"\"country\":\"other\",\"declarations\":null,\"rating\":\"high\"}],\"minimum_cell\":5,\"minimum_organisations\":3,\"minimum_suppliers\":5," \
	"\"suppressed\":3,\"total\":67}"
#define PRB_OA_ENTITIES \
	"{\"as_of\":\"2026-06-30\",\"data\":{\"release\":\"90e2441c58403a48\",\"sha256\":\"90e2441c58403a4880ab7ad9156a0d" \
	"b768e06f892f5948c8c1a2e598b060fcd0\"},\"items\":[{\"because\":\"name_equal_country_differs\",\"decided\":null,\"" \
	"decision\":\"possible\",\"entity\":{\"country\":\"KOR\",\"edition\":\"2025-07\",\"effect\":\"forced_labour\",\"i" \
	"d\":\"cbp-001\",\"list\":\"cbp\",\"name\":\"Taepyung Salt Farm\",\"source\":\"CBP\",\"status\":\"in_force\",\"st" \
	"atus_date\":\"2025-04-03\"},\"evidence\":{\"country\":\"equal\",\"identifier\":\"missing\",\"name_generic\":true" \
	",\"name_similarity\":1000000,\"place\":\"missing\"},\"matched\":\"Taepyung Salt Farm\",\"matched_kind\":\"name\"" \
	",\"pieces\":[{\"key\":\"equal\",\"name\":\"Taepyung\",\"query\":\"Taepyung\",\"text\":\"Taepyung: the same\"}]," \
	"\"similarity\":1000000}],\"lists_searched\":[{\"completeness\":\"partial\",\"edition\":\"2025-11\",\"entries\":1" \
	"91,\"list\":\"brazil\",\"title\":\"Cadastro de Empregadores\"}],\"next\":null,\"notice\":{\"key\":\"no_match_is_" \
	"no_clearance\",\"text\":\"No match on the lists searched is not a clearance: some of our copies are partial.\"}}"
#define PRB_OA_ENTITY \
	"{\"country\":\"CHN\",\"data\":{\"release\":\"90e2441c58403a48\",\"sha256\":\"90e2441c58403a4880ab7ad9156a0db768e06f892f5948c8c1a2e" \
	"598b060fcd0\"},\"date\":\"2022-06-21\",\"effect\":\"forced_labour\",\"id\":\"uflpa-001\",\"kind\":\"entity\",\"list\":{\"completeness\":\"part" \
	"ial\",\"edition\":\"2025-01\",\"entries\":90,\"list\":\"uflpa\",\"title\":\"UFLPA Entity List\"},\"names\":[{\"kind\":\"name\",\"name\":\"Baod" \
	"ing LYSZD Trade and Business Co., Ltd.\"}],\"source\":\"DHS page extract\",\"status\":\"in_force\",\"status_date\":\"2022-06-21\",\"" \
	"valid_until\":null,\"verified\":true}"
#define PRB_OA_PROBLEM_PAGE \
	"{\"name\":\"not-found\",\"status\":404,\"title\":\"there is nothing at this address\",\"what_to_do\":\"See `/openapi.json`.\"," \
	"\"when\":\"Nothing is at this address, or it belongs to somebody else.\"}"
#define PRB_OA_REVOCATION \
	"{\"attestation\":\"01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a90\",\"log\":{\"index\":19,\"leaf_hash\":" \
	"\"5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f\",\"salt\":\"AAECAwQFBgcICQoLDA0ODw\"},\"reason\":\"superseded\"," \
	"\"revoked_at\":\"2026-07-01T09:00:00Z\",\"status\":{\"index\":90210,\"list\":1}}"
#define PRB_OA_VERIFICATION \
	"{\"attestation\":{\"id\":\"urn:uuid:01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a90\",\"issuer\":\"did:web:example.com\"}" \
	",\"checks\":[{\"check\":\"proof\",\"detail\":\"the signature is over this text, by the key that the proof nam" \
	"es\",\"outcome\":\"passed\"},{\"check\":\"status\",\"detail\":\"it names no status list\",\"outcome\":\"skipped\"}],\"" \
	"verified\":true}"
/* clang-format on */

#endif
