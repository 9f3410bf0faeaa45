/* What Python calls of dealing.c. */

#ifndef WXB_DEALING_CALLS_H
#define WXB_DEALING_CALLS_H

#include "borrow.h"

PyObject *call_deal(PyObject *args);
PyObject *call_folds(PyObject *args);

#endif
