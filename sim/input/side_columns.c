#include "base/text.h"
#include "input/side_files.h"

#define N_OF(array) (sizeof(array) / sizeof(*(array)))

static const dd_side_column reps[] = {
    [DD_REP_OWNER]
    = { "owner",
        DD_SIDE_TEXT,
        "no_owner",
        "no owner",
        { "owner", "sales_agent", "rep", "name", "owner_name", "sales_rep", "负责人",
          "销售", "姓名", "销售人员", "员工姓名" } },
    [DD_REP_TEAM]
    = { "team",
        DD_SIDE_TEXT,
        NULL,
        NULL,
        { "team", "group", "manager", "团队", "部门", "小组", "所属部门" } },
    [DD_REP_START] = { "start",
                       DD_SIDE_DAY,
                       NULL,
                       NULL,
                       { "start", "start_date", "hired", "hire_date", "from", "joined",
                         "入职日期", "入职时间", "开始日期" } },
    [DD_REP_END] = { "end",
                     DD_SIDE_DAY,
                     NULL,
                     NULL,
                     { "end", "end_date", "left", "to", "leave_date", "离职日期",
                       "离职时间", "结束日期" } },
    [DD_REP_QUOTA]
    = { "quota",
        DD_SIDE_AMOUNT,
        NULL,
        NULL,
        { "quota", "target", "sales_quota", "配额", "目标", "指标", "业绩目标",
          "销售目标", "业绩指标", "销售指标", "任务", "销售任务" } },
    [DD_REP_PERIOD] = { "quota_period",
                        DD_SIDE_TEXT,
                        NULL,
                        NULL,
                        { "quota_period", "period", "配额周期", "周期" } },
};

static const dd_side_column activities[] = {
    [DD_ACTIVITY_DATE]
    = { "date",
        DD_SIDE_DAY,
        "no_date",
        "no date",
        { "date", "activity_date", "day", "日期", "活动日期", "时间", "拜访日期",
          "签到时间", "start_time", "created_at", "创建时间" } },
    [DD_ACTIVITY_OWNER]
    = { "owner",
        DD_SIDE_TEXT,
        NULL,
        NULL,
        { "owner", "sales_agent", "rep", "owner_name", "sales_rep", "assigned_to",
          "负责人", "销售", "姓名", "跟进人", "拜访人", "创建人" } },
    [DD_ACTIVITY_WORD] = { "activity",
                           DD_SIDE_TEXT,
                           "no_activity",
                           "no activity",
                           { "activity", "activity_type", "type", "活动类型", "活动",
                             "跟进方式", "类型", "跟进类型", "subject" } },
    [DD_ACTIVITY_COUNT] = { "count",
                            DD_SIDE_COUNT,
                            NULL,
                            NULL,
                            { "count", "number", "quantity", "次数", "数量" } },
    [DD_ACTIVITY_DEAL] = { "deal_id",
                           DD_SIDE_TEXT,
                           NULL,
                           NULL,
                           { "deal_id", "opportunity_id", "商机编号", "商机id",
                             "关联商机", "销售机会编号" } },
};

const dd_side_file dd_reps_file = { "reps", N_OF(reps), reps };
const dd_side_file dd_activities_file = { "activities", N_OF(activities), activities };

static int
has_name(const dd_side_file *file, const char *name)
{
    for (size_t c = 0; c < file->n; c++)
        if (dd_same_word(file->columns[c].name, name))
            return 1;
    return 0;
}

int
dd_side_knows(const char *name)
{
    return has_name(&dd_reps_file, name) || has_name(&dd_activities_file, name);
}
