/** The audit trail: written in the transaction of the act, never changed. */
@NullMarked
package org.wardline.audit;

import org.jspecify.annotations.NullMarked;
