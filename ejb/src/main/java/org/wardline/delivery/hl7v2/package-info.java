/** Filing as HL7 v2 over MLLP. */
@NullMarked
package org.wardline.delivery.hl7v2;

import org.jspecify.annotations.NullMarked;
