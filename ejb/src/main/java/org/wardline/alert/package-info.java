/** Critical results, until somebody who is on duty has been told. */
@NullMarked
package org.wardline.alert;

import org.jspecify.annotations.NullMarked;
