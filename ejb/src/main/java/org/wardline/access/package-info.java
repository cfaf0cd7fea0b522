/** Who may do what: the one place that says permit or deny. */
@NullMarked
package org.wardline.access;

import org.jspecify.annotations.NullMarked;
