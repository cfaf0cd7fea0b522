/** The only way out for messages: asks access, opens, audits. */
@NullMarked
package org.wardline.reading;

import org.jspecify.annotations.NullMarked;
