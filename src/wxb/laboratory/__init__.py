"""The lab: one page from three students to dz/dw = 8, which a learner touches and a teacher sends."""
