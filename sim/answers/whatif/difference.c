#include "answers/whatif/difference.h"

#include "answers/forecast/summary.h"

dd_status
dd_difference_of(dd_difference *self, const int64_t *column, const dd_question *question,
                 size_t trials, dd_error *err)
{
    dd_ranking ranking;
    int independent = question->rates_fixed && question->level_off;
    dd_status status = dd_ranking_init(&ranking, column, trials, independent, err);
    dd_summary all;
    if (status)
        return status;
    all = dd_summary_of(&ranking);
    *self = (dd_difference){ .mean = all.mean,
                             .mcse = all.mean_mcse,
                             .p10 = all.p10,
                             .p50 = all.p50,
                             .p90 = all.p90,
                             .p_better = dd_summary_reach(&ranking, 1),
                             .p_better_mcse = dd_summary_reach_mcse(&ranking, 1),
                             .none = ranking.sorted[0] == 0
                                     && ranking.sorted[trials - 1] == 0 };
    dd_ranking_free(&ranking);
    return DD_OK;
}

dd_doc_node *
dd_difference_describe(const dd_difference *self, dd_doc *doc, dd_doc_node *parent,
                       const char *key)
{
    dd_doc_node *node = dd_doc_object(doc, parent, key);
    dd_doc_money(doc, node, "mean", self->mean);
    dd_doc_money(doc, node, "mcse", self->mcse);
    dd_doc_money(doc, node, "p10", self->p10);
    dd_doc_money(doc, node, "p50", self->p50);
    dd_doc_money(doc, node, "p90", self->p90);
    return node;
}
