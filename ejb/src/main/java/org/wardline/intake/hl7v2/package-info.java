/** HL7 v2 messages of the hospital's systems, over MLLP. */
@NullMarked
package org.wardline.intake.hl7v2;

import org.jspecify.annotations.NullMarked;
