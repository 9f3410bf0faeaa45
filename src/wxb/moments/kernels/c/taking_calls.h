/* What Python calls of taking.c. */

#ifndef WXB_TAKING_CALLS_H
#define WXB_TAKING_CALLS_H

#include "borrow.h"

PyObject *call_take(PyObject *args);

#endif
