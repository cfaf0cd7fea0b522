/** The only way in for messages: asks access, seals, keeps, enqueues, audits. */
@NullMarked
package org.wardline.compose;

import org.jspecify.annotations.NullMarked;
