/* What the engine makes of a small company: rows, a maker of tables, outcomes. */
#ifndef DD_TESTS_SMALL_PLAYED_H
#define DD_TESTS_SMALL_PLAYED_H

#include "dealdice/simulate.h"
#include "engine/tables.h"
#include "small_company.h"

/* Free both. @param book  of the company, or another one */
static inline dd_table_maker *
small_maker(dd_rows *rows, const dd_model *model, const dd_book *book,
            const dd_question *question)
{
    dd_table_maker *maker;
    assert_int_equal(dd_rows_init(rows, model, book, question, NULL), DD_OK);
    assert_int_equal(dd_table_maker_new(&maker, model, rows, question, NULL), DD_OK);
    return maker;
}

/* The tables of the first blocks. */
typedef struct {
    dd_rows rows;
    dd_table_maker *maker;
    const dd_tables *tables;
} small_view;

static inline small_view
small_view_of(const small_company *company, const dd_model *model)
{
    small_view self;
    self.maker = small_maker(&self.rows, model, &company->book, &company->question);
    self.tables = dd_table_maker_run(self.maker, 0);
    return self;
}

static inline void
small_view_free(small_view *self)
{
    dd_table_maker_free(self->maker);
    dd_rows_free(&self->rows);
}

static inline dd_outcomes
small_played(const small_company *company, const dd_model *model)
{
    dd_outcomes outcomes;
    assert_int_equal(
        dd_simulate(&outcomes, model, &company->book, &company->question, NULL), DD_OK);
    return outcomes;
}

#endif
