/* What Python calls of scores.c. */

#ifndef WXB_SCORES_CALLS_H
#define WXB_SCORES_CALLS_H

#include "borrow.h"

PyObject *call_add_scores(const Lanes *lanes, PyObject *args);

#endif
