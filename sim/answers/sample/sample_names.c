#include "answers/sample/sample_names.h"

#include <string.h>

#define N(list) (sizeof(list) / sizeof((list)[0]))

/* All invented; any likeness to a real company is chance. */
static const char *const accounts_en[] = {
    "Alder & Finch",     "Bluewater Marine", "Copperfield Tools", "Dunmore Dairy",
    "Eastgate Clinic",   "Fernhill Schools", "Granite Peak",      "Harbour Lights",
    "Ironbridge Steel",  "Juniper Foods",    "Kestrel Aviation",  "Lakeside Hotels",
    "Maple Street Bank", "Northfold Energy", "Oakhurst Farms",    "Pinewood Print",
    "Quayside Freight",  "Redstone Mining",  "Silverline Rail",   "Tidewater Glass",
    "Umbra Optics",      "Valley Textiles",  "Westbrook Media",   "Yarrow Pharma",
};
static const char *const products_en[] = {
    "renewal",   "pilot",        "rollout",      "service contract",
    "extension", "site licence", "starter pack", "migration",
};
static const char *const accounts_zh[] = {
    "青禾农业", "远山物流", "晨光乳业", "海棠酒店", "云栖软件", "长桥建材",
    "松风制药", "白鹭环保", "金穗粮油", "星河光电", "东篱文化", "碧波水务",
    "铁马机械", "南屏纺织", "望岳地产", "瑞雪冷链", "知行教育", "银杏医疗",
    "锦程客运", "朗月照明", "凌云航材", "沃野化肥", "清泉饮料", "飞鸿印务",
};
static const char *const products_zh[] = {
    "续约", "试点项目", "全国推广", "维保合同",
    "扩容", "站点授权", "入门套餐", "系统迁移",
};

/* Where both occur, most customers speak the language of their owner's name. */
static int
is_chinese(const char *language, const char *owner, uint32_t word)
{
    int native = (unsigned char) owner[0] >= 0x80;

    if (language == NULL || strcmp(language, "en") == 0)
        return 0;
    if (strcmp(language, "zh") == 0)
        return 1;
    return (word % 100 < 85) == native;
}

void
dd_sample_name(dd_sample_deal *deal, const char *language, const char *owner,
               const uint32_t words[4])
{
    deal->chinese = is_chinese(language, owner, words[0]);
    if (deal->chinese) {
        deal->account = accounts_zh[words[1] % N(accounts_zh)];
        deal->product = products_zh[words[2] % N(products_zh)];
    } else {
        deal->account = accounts_en[words[1] % N(accounts_en)];
        deal->product = products_en[words[2] % N(products_en)];
    }
}
