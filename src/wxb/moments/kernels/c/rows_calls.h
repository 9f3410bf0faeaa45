/* What Python calls of rows.c. */

#ifndef WXB_ROWS_CALLS_H
#define WXB_ROWS_CALLS_H

#include "borrow.h"

PyObject *call_whiten(const Lanes *lanes, PyObject *args);
PyObject *call_weigh(const Lanes *lanes, PyObject *args);

#endif
