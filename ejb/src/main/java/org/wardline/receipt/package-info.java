/** What came back: receipts, append-only, and their projection. */
@NullMarked
package org.wardline.receipt;

import org.jspecify.annotations.NullMarked;
