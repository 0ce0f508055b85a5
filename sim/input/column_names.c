/** The headings by which columns are known; see columns.h. */
#include "input/columns.h"

#define MOST_HEADINGS 40

/* A heading stands under one column only. Of several in a file the first here counts, so
 * the most telling come first. Comparing ignores case, blanks, '_' and '-'. */
static const struct {
    const char *name;
    const char *headings[MOST_HEADINGS];
} table[DD_COLUMNS] = {
    [DD_COLUMN_DEAL_ID]
    = { "deal_id",
        { "deal_id", "opportunity_id", "potential_id", "record id", "商机编号", "商机id",
          "商机编码", "销售机会编号", "机会编号", "交易编号", "项目编号", "crm_id", "id",
          "编号", "编码", "唯一性id" } },
    [DD_COLUMN_STAGE]
    = { "stage",
        { "stage", "deal_stage", "stage_name", "to_stage", "new_stage", "new_stage_id",
          "商机阶段", "销售阶段", "当前阶段", "阶段名称", "变更后阶段", "新阶段", "阶段",
          "Etapa", "Etapa do negócio", "stage_id", "商机状态", "sales_stage" } },
    [DD_COLUMN_STATUS] = { "status", { "status", "状态", "赢单状态", "deal_status" } },
    [DD_COLUMN_ENTERED_AT]
    = { "entered_at",
        { "entered_at", "entered", "stage_entered_at", "entered_stage_at",
          "date_entered_stage", "stage_change_date", "stage_changed_at", "changed_at",
          "changed_on", "阶段变更时间", "进入时间", "进入阶段时间", "变更时间",
          "阶段更新时间", "阶段进入时间", "阶段变更日期", "进入日期", "timestamp",
          "event_time" } },
    [DD_COLUMN_SNAPSHOT_AT]
    = { "snapshot_at",
        { "snapshot_at", "snapshot_date", "snapshot", "快照日期", "快照时间" } },
    [DD_COLUMN_CREATED_AT]
    = { "created_at",
        { "created_at",        "create_date", "created_date",    "date_created",
          "created_time",      "created_on",  "created",         "deal created",
          "创建时间",          "创建日期",    "新建时间",        "engage_date",
          "opened_at",         "open_date",   "start_date",      "add_time",
          "Negócio criado em", "Criado em",   "Data de criação", "立项日期",
          "date_create" } },
    [DD_COLUMN_CLOSED_AT]
    = { "closed_at",
        { "closed_at",    "actual_close_date",  "closed_on",    "deal closed on",
          "closed_date",  "closed_time",        "实际成交日期", "实际成交时间",
          "实际结单日期", "成交日期",           "成交时间",     "结单日期",
          "关闭时间",     "关闭日期",           "赢单日期",     "结束时间",
          "结束日期",     "Negócio fechado em", "Fechado em",   "close_time",
          "date_closed" } },
    [DD_COLUMN_WON_AT]
    = { "won_at", { "won_at", "won_time", "won_date", "Ganho em", "赢单时间" } },
    [DD_COLUMN_LOST_AT]
    = { "lost_at",
        { "lost_at", "lost_time", "lost_date", "Perdido em", "输单时间", "输单日期" } },
    [DD_COLUMN_CLOSE_DATE]
    = { "close_date",
        { "close_date", "expected_close_date", "closing_date", "expected_closing_date",
          "expected_close", "预期成交日期", "预计成交日期", "预计成交时间",
          "预计结单日期", "预计结单时间", "预计签单日期", "预计签约日期", "预计完成日期",
          "Data de fechamento esperada", "Data prevista de fechamento",
          "Data esperada de fechamento" } },
    [DD_COLUMN_NAME]
    = { "name",
        { "name", "deal_name", "opportunity_name", "potential_name", "title", "商机名称",
          "销售机会名称", "机会名称", "项目名称", "名称", "标题", "商机标题", "Título",
          "deal", "opportunity" } },
    [DD_COLUMN_ACCOUNT]
    = { "account",
        { "account", "account_name", "company", "company_name", "organization",
          "customer", "client", "associated_company", "客户名称", "客户", "关联客户",
          "客户id", "公司名称", "Organização", "org_name", "Empresa", "account_id" } },
    [DD_COLUMN_OWNER] = { "owner",
                          { "owner",
                            "owner_name",
                            "deal_owner",
                            "opportunity_owner",
                            "sales_agent",
                            "sales_rep",
                            "salesperson",
                            "rep",
                            "assigned_to",
                            "responsible",
                            "responsible_person",
                            "负责人",
                            "商机负责人",
                            "跟进人",
                            "负责人姓名",
                            "所有人",
                            "销售人员",
                            "销售代表",
                            "业务员",
                            "销售",
                            "Proprietário",
                            "owner_id",
                            "assigned_by" } },
    [DD_COLUMN_PIPELINE]
    = { "pipeline",
        { "pipeline", "pipeline_name", "sales_pipeline", "funnel", "sales_process",
          "销售流程", "业务类型", "管道", "销售管道", "商机流程", "Funil",
          "Pipeline do negócio", "record_type", "pipeline_id" } },
    [DD_COLUMN_SEGMENT] = { "segment",
                            { "segment", "region", "territory", "regional_office",
                              "office", "customer_segment", "区域", "大区", "所属区域",
                              "部门", "所属部门", "Região", "行业", "industry" } },
    [DD_COLUMN_KIND] = { "kind",
                         { "kind", "type", "deal_type", "opportunity_type", "商机类型",
                           "类型", "product", "product_name", "产品", "产品名称",
                           "产品线", "product_line", "Tipo", "Produto" } },
    [DD_COLUMN_SOURCE]
    = { "source",
        { "source", "lead_source", "original_source", "deal_source", "商机来源",
          "线索来源", "来源", "客户来源", "Origem", "Fonte" } },
    [DD_COLUMN_AMOUNT]
    = { "amount",
        { "amount", "deal_amount", "value", "deal_value", "预计金额", "预估金额",
          "商机金额", "预计销售金额", "预计成交金额", "金额", "销售金额", "机会金额",
          "Valor", "expected_amount", "opportunity_amount", "price" } },
    [DD_COLUMN_AMOUNT_WON]
    = { "amount_won",
        { "amount_won", "won_amount", "actual_amount", "close_value", "closed_amount",
          "实际金额", "成交金额", "赢单金额", "实际成交金额", "合同金额", "签约金额" } },
    [DD_COLUMN_CURRENCY]
    = { "currency",
        { "currency", "currency_code", "amount_currency", "opportunity_currency",
          "currency_iso_code", "deal_currency", "币种", "货币", "currency of value",
          "Moeda", "Moeda de Valor", "currency_id" } },
    [DD_COLUMN_PROBABILITY]
    = { "probability",
        { "probability", "probability (%)", "deal_probability", "win_probability",
          "赢率", "成交概率", "赢单概率", "概率", "赢单率", "成功率", "成交可能性",
          "可能性", "Probabilidade" } },
};

const char *
dd_column_name_of(dd_column column)
{
    return table[column].name;
}

const char *
dd_column_heading(dd_column column, size_t i)
{
    return i < MOST_HEADINGS ? table[column].headings[i] : NULL;
}
