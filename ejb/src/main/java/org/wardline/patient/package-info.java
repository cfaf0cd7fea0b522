/** The patient index. */
@NullMarked
package org.wardline.patient;

import org.jspecify.annotations.NullMarked;
