/* What Python calls of cells.c. */

#ifndef WXB_CELLS_CALLS_H
#define WXB_CELLS_CALLS_H

#include "borrow.h"

PyObject *call_count_cells(const Lanes *lanes, PyObject *args);

#endif
