#include "history/words.h"

#include "base/text.h"

static const struct {
    const char *word;
    int32_t end;
} KNOWN[] = {
    { "Won", DD_WON },
    { "Closed Won", DD_WON },
    { "Close Won", DD_WON },
    { "Deal Won", DD_WON },
    { "Win", DD_WON },
    { "Ganho", DD_WON },
    { "Fechado ganho", DD_WON },
    { "赢单", DD_WON },
    { "赢单关闭", DD_WON },
    { "已赢单", DD_WON },
    { "成交", DD_WON },
    { "已成交", DD_WON },
    { "成交关闭", DD_WON },
    { "签约收款", DD_WON },
    { "Lost", DD_LOST },
    { "Lose", DD_LOST },
    { "Closed Lost", DD_LOST },
    { "Close Lost", DD_LOST },
    { "Closed Lost to Competition", DD_LOST },
    { "Deal Lost", DD_LOST },
    { "Perdido", DD_LOST },
    { "Fechado perdido", DD_LOST },
    { "Negócio perdido", DD_LOST },
    { "输单", DD_LOST },
    { "已输单", DD_LOST },
    { "输单关闭", DD_LOST },
    { "丢单", DD_LOST },
    { "丢失", DD_LOST },
    { "丢失线索", DD_LOST },
    { "无效", DD_LOST },
    { "无效关闭", DD_LOST },
    { "流失", DD_LOST },
    { "战败", DD_LOST },
    { "Recycled", DD_RECYCLED },
    { "退回公海", DD_RECYCLED },
};

static int
among(const dd_words *words, const char *word)
{
    for (size_t i = 0; i < words->n; i++)
        if (dd_same_word(words->items[i], word))
            return 1;
    return 0;
}

static int
is_stage(const dd_funnel *funnel, const char *word)
{
    for (size_t p = 0; p < funnel->n_pipelines; p++)
        for (size_t s = 0; s < funnel->pipelines[p].n_stages; s++)
            if (dd_same_word(funnel->pipelines[p].stages[s], word))
                return 1;
    return 0;
}

int32_t
dd_end_of_word(const dd_funnel *funnel, const char *word)
{
    if (is_stage(funnel, word))
        return DD_STILL;
    if (among(&funnel->won, word))
        return DD_WON;
    if (among(&funnel->lost, word))
        return DD_LOST;
    if (among(&funnel->recycled, word))
        return DD_RECYCLED;
    for (size_t i = 0; i < sizeof(KNOWN) / sizeof(*KNOWN); i++)
        if (dd_same_word(KNOWN[i].word, word))
            return KNOWN[i].end;
    return DD_STILL;
}
