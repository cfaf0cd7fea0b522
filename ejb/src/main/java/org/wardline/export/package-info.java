/** Messages and audit records in bulk, for the hospital's own archive and for reporting. */
@org.jspecify.annotations.NullMarked
package org.wardline.export;
