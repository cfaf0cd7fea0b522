/** What somebody who left had not read is passed on to whoever is on duty. */
@org.jspecify.annotations.NullMarked
package org.wardline.handover;
